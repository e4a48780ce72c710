/* In: questions in the order they were asked. Out: Laihutong.outbox, which sends them one at a time and in that order.
   A question that does not get through stays first in line; the ones behind it wait. It touches no DOM. */
(function (window) {
  "use strict";
  var Laihutong = window.Laihutong;
  var ADDRESS = "/api/v1/chat";
  var TIMEOUT_MS = 15000;
  var FIRST_RETRY_MS = 3000;
  var LONGEST_RETRY_MS = 30000;

  function parse(text) {
    try {
      return JSON.parse(text);
    } catch (error) {
      return null; // a proxy's or a hotspot's page instead of ours
    }
  }

  /* Calls done({replies, staff}) or done({note, offline, refused}) exactly once. */
  function post(text, done) {
    var request = new window.XMLHttpRequest();
    function fail(note, offline) { done({ note: note, offline: offline, refused: false }); }
    request.open("POST", ADDRESS);
    request.timeout = TIMEOUT_MS;
    request.setRequestHeader("Content-Type", "application/json");
    request.onload = function () {
      var body = parse(request.responseText);
      var replies = body && body.replies;
      if (request.status === 200 && replies && replies.length) { return done({ replies: replies, staff: body.staff }); }
      var status = request.status;
      var refused = status >= 400 && status < 500 && status !== 408 && status !== 429;
      done({ note: body && typeof body.detail === "string" ? body.detail : "", offline: false, refused: refused });
    };
    request.onerror = function () { fail("", true); };
    request.ontimeout = function () { fail("等太久了。", false); };
    request.send(JSON.stringify({ conversation_id: Laihutong.conversation.use(), text: text, channel: "web" }));
    return request;
  }

  /* handlers: changed(entry), answered(entry, replies, staff), connection(up). */
  Laihutong.outbox = function (handlers) {
    var queue = [];
    var request = null;
    var timer = 0;
    var wait = FIRST_RETRY_MS;

    function set(entry, state, note) {
      entry.state = state;
      entry.note = note || "";
      handlers.changed(entry);
    }

    function failed(entry, outcome) {
      set(entry, "failed", outcome.note);
      handlers.connection(!outcome.offline);
      if (outcome.refused) {
        queue.shift();
        next();
      } else if (outcome.offline) { // the "online" event does not come in every WeChat version: also try by the clock
        timer = window.setTimeout(next, wait);
        wait = Math.min(wait * 2, LONGEST_RETRY_MS);
      }
    }

    function next() {
      window.clearTimeout(timer);
      if (request || !queue.length) { return; }
      var entry = queue[0];
      set(entry, "sending");
      request = post(entry.text, function (outcome) {
        request = null;
        if (!outcome.replies) { return failed(entry, outcome); }
        queue.shift();
        wait = FIRST_RETRY_MS;
        set(entry, "sent");
        handlers.connection(true);
        handlers.answered(entry, outcome.replies, outcome.staff);
        next();
      });
    }

    return {
      add: function (entry) {
        if (queue.indexOf(entry) < 0) { queue.push(entry); }
        next();
      },
      /* The network is said to be back. */
      resume: function () {
        wait = FIRST_RETRY_MS;
        next();
      },
      clear: function () {
        var old = request;
        window.clearTimeout(timer);
        queue = [];
        request = null;
        if (old) { old.abort(); }
      }
    };
  };
}(window));
