/* In: one reply of the chat API and the boxes ticked in it. Out: Laihutong.answer, its bubble. */
(function (window) {
  "use strict";
  var Laihutong = window.Laihutong;
  var prose = Laihutong.prose;
  var el = prose.el;
  var hotline = window.document.getElementById("call") ? window.document.querySelector("#call a").textContent : "";
  var ASK = hotline ? "打 " + hotline + " 问一声。" : "先问一声。";
  var STATES = {
    verified: { label: "已核对", text: "工作人员对照文件核对过。" },
    unverified: { label: "未核对", text: "还没有人对照文件核对过，去办之前" + ASK },
    expired: { label: "可能过期", text: "文件可能已经改了，去办之前" + ASK }
  };

  function fold(className, label) {
    var details = el("details", className);
    details.appendChild(el("summary", "", label));
    return details;
  }

  function day(text) {
    var match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text || "");
    return match ? match[1] + "年" + Number(match[2]) + "月" + Number(match[3]) + "日" : "";
  }

  function citation(source) {
    var item = el("li");
    var title = "《" + String(source.title || "").replace(/^《([^《》]*)》$/, "$1") + "》";
    if (/^https?:\/\//i.test(source.url || "")) {
      var link = el("a", "", title);
      link.href = source.url;
      link.target = "_blank";
      link.rel = "noopener noreferrer";
      item.appendChild(link);
    } else {
      item.appendChild(el("span", "", title));
    }
    var facts = [source.doc_no, source.issuer];
    if (day(source.effective_from)) { facts.push(day(source.effective_from) + "起施行"); }
    if (day(source.effective_to)) { facts.push("到" + day(source.effective_to)); }
    facts = facts.filter(Boolean);
    if (facts.length) { item.appendChild(el("span", "facts", facts.join("，"))); }
    return item;
  }

  function sources(citations) {
    var details = fold("sources", "依据（" + citations.length + "）");
    var list = details.appendChild(el("ul"));
    for (var i = 0; i < citations.length; i += 1) { list.appendChild(citation(citations[i])); }
    return details;
  }

  function state(verification) {
    var known = STATES[verification];
    var details = fold("state " + verification, known.label);
    details.appendChild(prose.write(el("p"), known.text));
    return details;
  }

  /* The lines to show: the line that names the sources goes when they are folded below. */
  function linesOf(reply, citations) {
    return String(reply.text || "").split("\n").filter(function (line) {
      return /\S/.test(line) && !(citations.length && /^\s*依据[：:]/.test(line));
    });
  }

  Laihutong.answer = function (entry, onTick) {
    var reply = entry.reply;
    var citations = Object.prototype.toString.call(reply.citations) === "[object Array]" ? reply.citations : [];
    var bubble = el("div", "bubble");
    bubble.appendChild(el("span", "unseen", "来沪通自动回复："));
    prose.fill(bubble, linesOf(reply, citations), entry.ticks, onTick);
    var foot = el("div", "foot");
    if (STATES.hasOwnProperty(reply.verification)) { foot.appendChild(state(reply.verification)); }
    if (citations.length) { foot.appendChild(sources(citations)); }
    if (foot.firstChild) { bubble.appendChild(foot); }
    return bubble;
  };
}(window));
