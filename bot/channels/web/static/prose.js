/* In: the text of an answer, lines divided by \n. Out: Laihutong.prose, DOM nodes for it.
   Server text only ever becomes text nodes, so nothing in it can act as markup. */
(function (window) {
  "use strict";
  var Laihutong = window.Laihutong;
  var document = window.document;
  var SERVICE = "12[13]\\d{2}|962\\d{3}|96119|955\\d{2}";
  var NUMBER = new RegExp("400-?\\d{3}-?\\d{4}|021-?(?:[2-9]\\d{7}|" + SERVICE + ")|1[3-9]\\d{9}|[2-6]\\d{7}|" + SERVICE + "|11[09]|12[02]", "g");
  /* What makes a figure an amount, a date or a document number and not something to dial. */
  var AMOUNT_AFTER = /^\s*(?:\d|\.\d|-\d|[%％〕\]元块万千天个月年日岁平米号条件份页次名户]|分(?!中心)|小时|人(?!工)|公[里斤])/;
  var FIGURE_BEFORE = /[\d.]$|\d-$|[〔\[¥￥第＝=≥>＞+＋]\s*$/;
  /* 120 is also the points a family needs: an emergency number is one only after a word that says to call. */
  var CALL_BEFORE = /(?:打|拨|报警|急救|火警|电话|热线|危急时?|伤重|马上|立刻)[：:\s]*$/;
  var CALL_AFTER = /^\s*(?:$|[（(]急|[。！!])/;
  var CHAIN = /^\s*[、\/／或和，,]\s*(?:火警|急救|报警)?\s*$/;

  function el(tag, className, text) {
    var node = document.createElement(tag);
    if (className) { node.className = className; }
    if (text) { node.appendChild(document.createTextNode(text)); }
    return node;
  }

  function isPhone(number, before, after, chained) {
    if (AMOUNT_AFTER.test(after) || FIGURE_BEFORE.test(before)) { return false; }
    if (/^(?:19|20)\d{6}$/.test(number)) { return false; } // 20250101 is a day
    if (number.length > 3) { return true; }
    return CALL_BEFORE.test(before) || chained || (/^\s*$/.test(before) && CALL_AFTER.test(after));
  }

  /* Appends text to a node; numbers to dial become links. */
  function write(parent, text) {
    var done = 0;
    var linked = -1;
    var match;
    NUMBER.lastIndex = 0;
    while ((match = NUMBER.exec(text)) !== null) {
      var number = match[0];
      var end = match.index + number.length;
      var chained = linked >= 0 && CHAIN.test(text.slice(linked, match.index));
      if (isPhone(number, text.slice(0, match.index), text.slice(end), chained)) {
        parent.appendChild(document.createTextNode(text.slice(done, match.index)));
        var link = el("a", "phone", number);
        link.href = "tel:" + number.replace(/-/g, "");
        parent.appendChild(link);
        done = linked = end;
      }
    }
    parent.appendChild(document.createTextNode(text.slice(done)));
    return parent;
  }

  function tick(text, ticked, onTick) {
    var item = el("li");
    var label = el("label");
    var box = el("input");
    box.type = "checkbox";
    box.checked = ticked;
    box.addEventListener("change", function () { onTick(box.checked); });
    label.appendChild(box);
    label.appendChild(write(el("span"), text));
    item.appendChild(label);
    return item;
  }

  /* The list a line belongs to; null for a line of prose. Numbers stay as the server wrote them. */
  function listOf(line) {
    var match;
    if ((match = /^\s*[□☐]\s*(.*)$/.exec(line))) { return { kind: "ticks", text: match[1] }; }
    if ((match = /^\s*[·•]\s*(.*)$/.exec(line))) { return { kind: "points", text: match[1] }; }
    if ((match = /^\s*(\d{1,2})[.、]\s*(\D.*)$/.exec(line))) { return { kind: "steps", text: match[2], number: Number(match[1]) }; }
    return null;
  }

  function listItem(line, ticks, index, onTick) {
    if (line.kind === "ticks") {
      return tick(line.text, Boolean(ticks[index]), function (on) { ticks[index] = on; onTick(); });
    }
    var item = write(el("li"), line.text);
    if (line.kind === "steps") { item.value = line.number; }
    return item;
  }

  /* lines → nodes in parent. ticks holds which boxes are ticked, by their order; onTick runs after one changes. */
  function fill(parent, lines, ticks, onTick) {
    var list = null;
    var kind = "";
    var boxes = 0;
    for (var i = 0; i < lines.length; i += 1) {
      var line = listOf(lines[i]);
      if (!line) {
        kind = "";
        parent.appendChild(write(el("p", i === 0 ? "lead" : ""), lines[i]));
      } else {
        if (line.kind !== kind) {
          kind = line.kind;
          list = parent.appendChild(el(kind === "steps" ? "ol" : "ul", kind));
        }
        list.appendChild(listItem(line, ticks, boxes, onTick));
        if (kind === "ticks") { boxes += 1; }
      }
    }
  }

  Laihutong.prose = { el: el, write: write, fill: fill };
}(window));
