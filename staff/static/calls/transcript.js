/* In: segments. Out: the left pane: who said what and when; partial words in grey at the end, replaced as they grow. */
"use strict";
(function (Calls) {
  const make = Calls.make;
  const WHO = { caller: "来电人", agent: "坐席" };
  const NEAR_PX = 40;

  Calls.transcript = function (pane, list, toLatest) {
    const known = new Map();
    const partial = {};
    let following = true;
    let top = 0;

    function follow() {
      if (following) pane.scrollTop = pane.scrollHeight;
      top = pane.scrollTop;
      toLatest.hidden = following;
    }

    function filled(row, segment) {
      const who = WHO[segment.speaker] || segment.speaker;
      const grey = segment.id === null;
      row.className = "turn " + (segment.speaker === "agent" ? "agent" : "caller") + (grey ? " partial" : "");
      row.replaceChildren(
        make("span", { class: "who" }, who + " " + Calls.clock(segment.begin_ms) + (grey ? " 正在说" : segment.revised ? " 改过" : "")),
        make("span", { class: "words" }, segment.text),
      );
      row.beginMs = segment.begin_ms;
      return row;
    }

    // Mostly the end; a late one goes where its time is.
    function place(row) {
      let before = list.lastElementChild;
      while (before && (before === row || before.classList.contains("partial") || before.beginMs > row.beginMs)) {
        before = before.previousElementSibling;
      }
      if (before) before.after(row);
      else list.prepend(row);
    }

    function take(segment) {
      if (segment.id === null) {
        const row = partial[segment.speaker] || (partial[segment.speaker] = make("li", null));
        list.append(filled(row, segment));
      } else {
        if (partial[segment.speaker]) partial[segment.speaker].remove();
        delete partial[segment.speaker];
        const row = known.get(segment.id) || make("li", { id: "segment-" + segment.id });
        known.set(segment.id, row);
        place(filled(row, segment));
      }
    }

    // Only who scrolls up wants to stay there; a pane that became smaller, or words that grew, move no one.
    pane.addEventListener("scroll", function () {
      if (pane.scrollHeight - pane.scrollTop - pane.clientHeight < NEAR_PX) following = true;
      else if (pane.scrollTop < top) following = false;
      top = pane.scrollTop;
      toLatest.hidden = following;
    });
    new ResizeObserver(follow).observe(pane);

    function latest() {
      following = true;
      follow();
    }

    toLatest.onmousedown = function (event) { event.preventDefault(); };
    toLatest.onclick = latest;

    return {
      all: function (segments) {
        known.clear();
        delete partial.caller;
        delete partial.agent;
        list.replaceChildren();
        segments.forEach(take);
        follow();
      },
      add: function (segment) {
        take(segment);
        follow();
      },
      latest: latest,
      page: function (direction) {
        pane.scrollBy({ top: direction * pane.clientHeight * 0.8 });
      },
      show: function (id) {
        const row = known.get(id);
        if (!row) return Calls.tell("这句话不在左边了。");
        list.querySelectorAll(".shown").forEach(function (other) { other.classList.remove("shown"); });
        following = false;
        row.classList.add("shown");
        row.scrollIntoView({ block: "center" });
        toLatest.hidden = false;
      },
    };
  };
})(window.Calls);
