/* In: the conversation, while it waits for staff or is with them. Out: Laihutong.staff, which asks for what they say:
   soon after something was said, ever more seldom in a silence, never while nobody looks at the page. */
(function (window) {
  "use strict";
  var Laihutong = window.Laihutong;
  var memory = Laihutong.memory;
  var conversation = Laihutong.conversation;
  var document = window.document;
  var KEY = "staff";
  var SOONEST_MS = 2000;
  var LATEST_MS = 30000;
  var SLOWER = 1.3;
  var TIMEOUT_MS = 10000;

  function parse(text) {
    try {
      return JSON.parse(text);
    } catch (error) {
      return null; // a proxy's or a hotspot's page instead of ours
    }
  }

  /* Calls done({messages, staff}), or done(null) when there was no answer. */
  function get(id, after, done) {
    var request = new window.XMLHttpRequest();
    function fail() { done(null); }
    request.open("GET", "/api/v1/chat/" + encodeURIComponent(id) + "/messages?after=" + after);
    request.timeout = TIMEOUT_MS;
    request.onload = function () {
      var body = request.status === 200 ? parse(request.responseText) : null;
      done(body && body.messages && typeof body.messages.length === "number" ? body : null);
    };
    request.onerror = fail;
    request.ontimeout = fail;
    request.send();
    return request;
  }

  /* What was kept of this conversation. `after` outlives a case: the next one must not tell the last one's lines. */
  function kept(id) {
    var shelves = [memory.session, memory.local];
    for (var i = 0; i < shelves.length; i += 1) {
      var record = shelves[i].read(KEY);
      if (record && record.id === id && typeof record.after === "number") { return record; }
    }
    return { id: id, after: 0, state: null };
  }

  /* handlers: said(lines), changed(state) with "waiting", "claimed" or null. */
  Laihutong.staff = function (handlers) {
    var record = kept(conversation.id());
    var request = null;
    var timer = 0;
    var wait = SOONEST_MS;

    function keep(state) {
      var other = record.state !== state;
      record.state = state;
      memory.session.write(KEY, record);
      memory.local.write(KEY, record);
      if (other) { handlers.changed(state); }
    }

    function later() {
      window.clearTimeout(timer);
      if (record.state && !document.hidden) { timer = window.setTimeout(ask, wait); }
    }

    function heard(body) {
      request = null;
      if (record.id !== conversation.id()) { return forget(); } // another tab has the conversation
      if (body && body.messages.length) {
        record.after = body.messages[body.messages.length - 1].id;
        handlers.said(body.messages);
        wait = SOONEST_MS;
      } else {
        wait = Math.min(wait * SLOWER, LATEST_MS);
      }
      if (body) { keep(body.staff || null); }
      later();
    }

    function ask() {
      if (request || !record.state || document.hidden) { return; }
      if (record.id !== conversation.id()) { return forget(); }
      request = get(record.id, record.after, heard);
    }

    function forget() {
      var old = request;
      window.clearTimeout(timer);
      request = null;
      if (old) { old.onload = old.onerror = old.ontimeout = null; old.abort(); }
      record = kept(conversation.id());
      handlers.changed(record.state);
    }

    function soon() {
      wait = SOONEST_MS;
      later();
    }

    document.addEventListener("visibilitychange", function () {
      wait = SOONEST_MS;
      if (!document.hidden) { ask(); }
    });
    if (record.state) { handlers.changed(record.state); }
    later();

    return {
      /* The server's word with an answer. null ends nothing here: another process may not know of the case yet. */
      told: function (state) {
        if (record.id !== conversation.id()) { record = kept(conversation.id()); }
        if (state) { keep(state); }
        if (record.state) { soon(); }
      },
      /* Whether staff have the conversation or are waited for. */
      state: function () { return record.state; },
      /* The person begins anew. */
      clear: forget
    };
  };
}(window));
