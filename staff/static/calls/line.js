/* In: the address of a call's WebSocket. Out: its messages, and its state in words; it comes back by itself.
   What is done while the line is down is kept and sent once the line is up again. */
"use strict";
(function (Calls) {
  const FIRST_MS = 500;
  const LONGEST_MS = 8000;
  const SIGNED_OUT_MS = 5000;
  const MOST_KEPT = 100;

  // on.message(message), on.state(name, seconds, kept): opening, open, waiting, signed_out, refused
  Calls.line = function (address, on) {
    let socket = null;
    let ready = false;
    let tries = 0;
    let timer = 0;
    const kept = [];

    function open() {
      clearTimeout(timer);
      ready = false;
      on.state("opening", 0, kept.length);
      const mine = new WebSocket(address);
      socket = mine;
      mine.onmessage = function (event) {
        if (mine !== socket) return;
        const message = JSON.parse(event.data);
        on.message(message);
        if (message.type !== "snapshot") return;
        tries = 0;
        ready = true;
        while (kept.length && mine.readyState === WebSocket.OPEN) mine.send(JSON.stringify(kept.shift()));
        on.state("open", 0, kept.length);
      };
      mine.onclose = function (event) {
        if (mine === socket) again(event.code);
      };
    }

    function again(code) {
      ready = false;
      if (code === 4403 || code === 4404) return on.state("refused", 0, kept.length);
      const out = code === 4401;
      // not everybody at the same moment: a server that comes up again is not to be knocked down by its screens
      const wait = out ? SIGNED_OUT_MS : Math.min(FIRST_MS * 2 ** tries, LONGEST_MS) * (0.75 + Math.random() / 2);
      tries += 1;
      on.state(out ? "signed_out" : "waiting", Math.ceil(wait / 1000), kept.length);
      timer = setTimeout(open, wait);
    }

    function now() {
      if (!ready && socket.readyState !== WebSocket.CONNECTING) open();
    }

    window.addEventListener("online", now);
    window.addEventListener("focus", now);
    window.addEventListener("pagehide", function () { clearTimeout(timer); socket.onclose = null; socket.close(); });
    window.addEventListener("pageshow", function (event) { if (event.persisted) open(); });
    open();

    return {
      send: function (message) {
        if (ready && socket.readyState === WebSocket.OPEN) return socket.send(JSON.stringify(message));
        if (kept.length >= MOST_KEPT) kept.shift();
        kept.push(message);
        Calls.tell("现在没连上，记下了，连上就补发（" + kept.length + " 件）。");
      },
    };
  };
})(window.Calls);
