/* In: what was heard of the caller, which schemes are in play, warnings, a checklist. Out: the right pane and the alarm. */
"use strict";
(function (Calls) {
  const make = Calls.make;
  const VERDICTS = { eligible: ["✓", "看起来符合"], ineligible: ["✗", "看起来不符合"], undetermined: ["？", "还要问清楚"] };
  const FIRST_CHOICE_KEY = 6;

  // parts: {warnings, eligibility, facts, checklist} elements; act(message); show(segmentId)
  Calls.caller = function (parts, act, show) {
    let catalogue = {};
    let answers = []; // what Alt+6… say
    let editing = false;
    let held = null;
    let list = null;
    const dismissed = new Set();

    fetch("/api/v1/facts").then(function (answer) { return answer.json(); }).then(function (found) {
      found.facts.forEach(function (fact) { catalogue[fact.id] = fact; });
      if (held) draw(held);
    }).catch(function () { catalogue = {}; }); // then values are typed as they are

    function set(fact, value) {
      act({ type: "fact", fact: fact, value: value });
    }

    // What can be answered with one click: the choices, or yes and no in the words of the question.
    function choicesOf(question) {
      if (question.choices && question.choices.length) return question.choices;
      const fact = catalogue[question.fact];
      if (fact && fact.choices) return fact.choices;
      if (fact && fact.type !== "bool") return [];
      const [yes, no] = question.taps || ["是", "不是"];
      return [{ value: true, text: yes }, { value: false, text: no }];
    }

    function asked(question, first) {
      const choices = choicesOf(question);
      if (first) answers = choices.map(function (one) { return { fact: question.fact, value: one.value }; });
      const row = make("div", { class: "buttons" }, ...choices.map(function (one, at) {
        const key = first && at < 4 ? "Alt+" + (FIRST_CHOICE_KEY + at) : "";
        return Calls.button(one.text, function () { set(question.fact, one.value); }, { title: key, "data-answer": String(one.value) });
      }));
      if (!choices.length) row.append(entry(question.fact, null, function () {}));
      return [make("p", { class: first ? "ask" : "ask small" }, "问：" + (question.spoken || question.text)), row];
    }

    function scheme(one, first) {
      const [sign, words] = VERDICTS[one.status] || VERDICTS.undetermined;
      return make("section", { class: "scheme " + one.status },
        make("h3", null, make("span", { class: "sign", "aria-hidden": "true" }, sign), one.name + "：" + words),
        ...(one.next_question ? asked(one.next_question, first) : []),
        one.missing && one.missing.length ? make("p", { class: "quiet" }, (one.status === "ineligible" ? "差在：" : "还不知道：") + one.missing.join("、")) : null);
    }

    // The field in which a fact is typed, by its kind.
    function entry(id, value, done) {
      const fact = catalogue[id] || { type: "text", label: id };
      let field;
      if (fact.type === "bool" || fact.choices) {
        const options = fact.choices || [{ value: true, text: "是" }, { value: false, text: "不是" }];
        field = make("select", null, make("option", { value: "" }, "请选"),
          ...options.map(function (one, at) { return make("option", { value: String(at), selected: one.value === value }, one.text); }));
        field.read = function () { return field.value === "" ? undefined : options[Number(field.value)].value; };
      } else {
        const kind = fact.type === "date" ? "date" : fact.type === "int" || fact.type === "number" ? "number" : "text";
        field = make("input", { type: kind, step: fact.type === "int" ? "1" : "any", autocomplete: "off",
          value: value === null || value === undefined ? "" : String(value),
          min: fact.range ? fact.range[0] : null, max: fact.range ? fact.range[1] : null });
        field.read = function () {
          if (field.value === "" || !field.checkValidity()) return undefined;
          return kind === "number" ? Number(field.value) : field.value;
        };
      }
      field.setAttribute("aria-label", fact.label + (fact.unit ? "（" + fact.unit + "）" : ""));
      field.className = "entry";
      const form = make("form", { class: "fact-form", "data-own-keys": true }, field,
        make("span", { class: "quiet" }, fact.unit || ""), make("button", { class: "plain" }, "记下"));
      form.onfocusin = form.onfocus = function () { editing = true; };
      form.addEventListener("focusin", function () { editing = true; });
      form.addEventListener("focusout", function (event) {
        if (form.contains(event.relatedTarget)) return;
        editing = false;
      });
      form.onsubmit = function (event) {
        event.preventDefault();
        const read = field.read();
        if (read === undefined) return Calls.tell("这样写不对，再看看。");
        editing = false;
        set(id, read);
        done();
        Calls.backToSearch();
      };
      form.onkeydown = function (event) {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        editing = false;
        done();
        if (held) draw(held);
        Calls.backToSearch();
      };
      return form;
    }

    function fact(one) {
      const row = make("li", { class: "fact", "data-fact": one.fact });
      const seen = one.segment_id !== null && one.segment_id !== undefined;
      const from = one.by === "agent" ? "坐席记的" : "“" + (one.words || "") + "”" + " " + Calls.clock(one.begin_ms);
      row.append(
        make("span", { class: "fact-value" }, make("b", null, one.label + "："), one.shown),
        seen ? Calls.button(from, function () { show(one.segment_id); }, { class: "link", title: "看这句话" }) : make("span", { class: "quiet" }, from),
        Calls.button("改", function () {
          row.replaceChildren(make("b", null, one.label), entry(one.fact, one.value, function () {}));
          row.querySelector(".entry").focus();
        }, { class: "plain small", "aria-label": "改：" + one.label }),
        Calls.button("去掉", function () { set(one.fact, null); }, { class: "plain small", "aria-label": "去掉：" + one.label }));
      return row;
    }

    function warn(warnings) {
      const keys = warnings.map(function (one) { return one.kind + "|" + one.segment_id + "|" + one.text; });
      const before = new Map(Array.from(parts.warnings.children).map(function (row) { return [row.dataset.key, row]; }));
      before.forEach(function (row, key) { if (!keys.includes(key)) row.remove(); });
      warnings.forEach(function (one, at) {
        if (before.has(keys[at]) || dismissed.has(keys[at])) return;
        const row = make("div", { class: "warning", "data-key": keys[at] },
          make("b", null, "⚠ 注意：" + one.text),
          one.segment_id !== null && one.segment_id !== undefined ? Calls.button("看这句话", function () { show(one.segment_id); }, null) : null,
          Calls.button("知道了", function () { dismissed.add(keys[at]); row.remove(); }, { title: "Alt+W：最上面一条", "data-seen": true }));
        parts.warnings.append(row);
      });
    }

    function seen() {
      const first = parts.warnings.querySelector("[data-seen]");
      if (first) first.click();
      else Calls.tell("现在没有要注意的。");
    }

    function draw(message) {
      held = message;
      warn(message.warnings || []);
      if (editing) return; // what is being typed stays; drawn again with the next revision
      answers = [];
      const first = (message.eligibility || []).findIndex(function (one) { return one.next_question; });
      parts.eligibility.replaceChildren(...(message.eligibility || []).map(function (one, at) { return scheme(one, at === first); }));
      if (!parts.eligibility.children.length) parts.eligibility.append(make("p", { class: "empty" }, "问到“我能不能办”，这里会说还要问什么。"));
      parts.facts.replaceChildren(...(message.heard || []).map(fact));
      if (!parts.facts.children.length) parts.facts.append(make("li", { class: "empty" }, "还没听到情况。"));
      list = message.checklist || null;
      parts.checklist.hidden = !list;
      parts.checklist.querySelector("pre").textContent = list ? list.text : "";
    }

    return {
      draw: draw,
      answer: function (at) { if (answers[at]) set(answers[at].fact, answers[at].value); },
      copyList: function () { return list ? Calls.copy(list.text) : Calls.tell("现在没有要发的清单。"); },
      seen: seen,
      firstFact: function () { const button = parts.facts.querySelector("button"); if (button) button.focus(); },
    };
  };
})(window.Calls);
