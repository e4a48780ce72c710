/* In: ranked items with their marks. Out: the cards: what to say, big; said, pin, wrong; other parts of the item. */
"use strict";
(function (Calls) {
  const make = Calls.make;
  const JUST_MS = 400;

  // act(message) sends to the server; wrong(item) asks which card would be right.
  Calls.cards = function (area, act, wrong) {
    let items = [];
    let said = new Map();
    let pinned = new Set();
    const chosen = new Map(); // item_id → {act, say} that the agent picked, until the caller asks something else
    const parts = new Map(); // item_id → ready answers
    const extra = new Map(); // pinned items that the machine does not rank
    let slots = [];

    // What an agent has pinned stands before what the machine found; the latest pin first.
    function shown() {
      const ranked = new Map(items.map(function (item) { return [item.item_id, item]; }));
      const first = Array.from(pinned).reverse().map(function (id) { return ranked.get(id) || extra.get(id); }).filter(Boolean);
      return first.concat(items.filter(function (item) { return !pinned.has(item.item_id); }));
    }

    async function ready(id) {
      if (parts.has(id)) return parts.get(id);
      const answer = await fetch("/staff/calls/card/" + encodeURIComponent(id), { headers: { Accept: "application/json" } });
      if (!answer.ok || !(answer.headers.get("content-type") || "").includes("json")) throw new Error(String(answer.status));
      const found = await answer.json();
      parts.set(id, found);
      return found;
    }

    async function other(id, actName) {
      try {
        const found = (await ready(id)).ready.find(function (one) { return one.act === actName; });
        chosen.set(id, { act: actName, say: found.spoken });
        draw();
      } catch (failed) {
        Calls.tell("现在取不到这一条，再点一次试试。");
      }
    }

    // A pinned item outside the ranking still gets its card.
    async function fetchMissing() {
      const ranked = items.map(function (item) { return item.item_id; });
      const missing = Array.from(pinned).filter(function (id) { return !ranked.includes(id) && !extra.has(id); });
      for (const id of missing) {
        try {
          extra.set(id, (await ready(id)).card);
        } catch (failed) {
          Calls.tell("钉住的事项现在取不到，过一会儿再试。");
        }
      }
      if (missing.length) draw();
    }

    function source(item) {
      const first = (item.citations || [])[0];
      if (!first) return null;
      const more = item.citations.length > 1 ? "等 " + item.citations.length + " 份" : "";
      return make("span", { class: "quiet" }, "依据：" + first.title + (first.doc_no ? "（" + first.doc_no + "）" : "") + more);
    }

    function buttons(item, at) {
      const mark = said.get(item.item_id);
      const key = at < 4 ? "Alt+" + (at + 1) : "";
      const done = mark ? "已说过 · " + mark.by : "已说";
      return make("div", { class: "buttons" },
        Calls.button(done + (key ? " " : ""), function () { sayIt(at); },
          { class: mark ? "plain done" : "", "data-said": item.item_id, title: key }),
        Calls.button(pinned.has(item.item_id) ? "放开" : "钉住", function () { pin(at); },
          { "aria-pressed": String(pinned.has(item.item_id)), title: at < 4 ? "Shift+Alt+" + (at + 1) : "" }),
        Calls.button("不对", function () { wrong(item); }, { title: at === 0 ? "Alt+X" : "" }),
        make("a", { class: "quiet", href: "/staff/items/" + encodeURIComponent(item.item_id), target: "_blank", rel: "noopener" }, "看全文"));
    }

    function otherParts(item) {
      const mine = chosen.get(item.item_id);
      const current = mine ? mine.act : item.act;
      return make("div", { class: "acts", role: "group", "aria-label": item.name + "的别的内容" },
        ...Object.entries(Calls.ACTS).map(function ([name, label]) {
          return Calls.button(label, function () { other(item.item_id, name); }, { "aria-pressed": String(name === current) });
        }));
    }

    function card(item, at) {
      const mine = chosen.get(item.item_id);
      const say = mine ? mine.say : item.say;
      const top = at === 0;
      return make("article", { class: top ? "call-card top-card" : "call-card", "data-item": item.item_id, "aria-label": item.name },
        make("header", null,
          at < 4 ? make("kbd", { title: "已说：Alt+" + (at + 1) }, String(at + 1)) : null,
          make(top ? "h2" : "h3", null, item.name), Calls.state(item.verification),
          make("span", { class: "quiet" }, (Calls.TOPICS[item.topic] || item.topic || "") + (item.version ? " · 第 " + item.version + " 版" : "")),
          pinned.has(item.item_id) ? make("span", { class: "tag" }, "钉住了") : null),
        make("p", { class: "line-to-say" }, say || "这一条没有现成的话，点下面的按钮看别的内容。"),
        top && item.verification !== "verified" ? make("p", { class: "mind" },
          item.verification === "expired" ? "可能过期了：先打电话核实，再告诉对方。" : "没核对过：要对来电人讲明白，请他以官方答复为准。") : null,
        buttons(item, at),
        top ? otherParts(item) : null,
        top ? source(item) : null);
    }

    function draw() {
      const all = shown();
      const focused = document.activeElement && area.contains(document.activeElement);
      area.replaceChildren(...(all.length ? all.map(card)
        : [make("p", { class: "empty" }, "还没听出是哪件事。听着就好；也可以直接打字查。")]));
      slots = all.map(function (item, at) {
        const before = slots[at];
        const same = !before || before.id === item.item_id;
        return { id: item.item_id, since: same ? (before ? before.since : 0) : performance.now() };
      });
      if (focused) Calls.backToSearch();
    }

    // What was under the finger a moment ago may be another card now.
    function steady(at) {
      const slot = slots[at];
      if (slot && performance.now() - slot.since < JUST_MS && slot.since) {
        Calls.tell("卡片刚换，没有记。看一眼再按。");
        return null;
      }
      return shown()[at] || null;
    }

    function sayIt(at) {
      const item = steady(at);
      if (item) act({ type: "said", item_id: item.item_id });
    }

    function pin(at) {
      const item = steady(at);
      if (item) act({ type: "pin", item_id: item.item_id, on: !pinned.has(item.item_id) });
    }

    function marks(message) {
      said = new Map((message.said || []).map(function (one) { return [one.item_id, one]; }));
      pinned = new Set(message.pinned || []);
      draw();
      fetchMissing();
    }

    return {
      marks: marks,
      assist: function (message) {
        const before = new Map(items.map(function (item) { return [item.item_id, item]; }));
        items = (message && message.items) || [];
        items.forEach(function (item) {
          const old = before.get(item.item_id);
          if (old && (old.act !== item.act || old.say !== item.say)) chosen.delete(item.item_id);
        });
        draw();
        fetchMissing();
      },
      said: sayIt,
      pin: pin,
      at: function (place) { return shown()[place] || null; },
    };
  };
})(window.Calls);
