/* In: the shelves of memory.js. Out: Laihutong.conversation, the id under which the server knows this tab.
   A tab keeps its id; a page opened again within seven days goes on with the last one, unless a tab that
   is still open has it: two threads in one conversation would mix up their topics. */
(function (window) {
  "use strict";
  var Laihutong = window.Laihutong;
  var memory = Laihutong.memory;
  var ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  var LENGTH = 22;
  var KEEP_MS = 7 * 24 * 3600 * 1000;
  var KEY = "conversation";
  var current = null;
  var used = false;

  function randomBytes(count) {
    var bytes = [];
    var crypto = window.crypto || window.msCrypto;
    if (crypto && crypto.getRandomValues && window.Uint8Array) { return crypto.getRandomValues(new window.Uint8Array(count)); }
    while (bytes.length < count) { bytes.push(Math.floor(Math.random() * 256)); }
    return bytes;
  }

  function newId() {
    var bytes = randomBytes(LENGTH);
    var id = "web-";
    for (var i = 0; i < LENGTH; i += 1) { id += ALPHABET.charAt(bytes[i] % ALPHABET.length); }
    return id;
  }

  function valid(record) {
    return Boolean(record) && /^web-[\w-]{22}$/.test(record.id) && new Date().getTime() - record.at < KEEP_MS;
  }

  function keep(id) {
    var record = { id: id, at: new Date().getTime() };
    current = id;
    memory.session.write(KEY, record);
    memory.local.write(KEY, record);
  }

  function restart() {
    used = false;
    keep(newId());
  }

  /* Tabs hear each other through localStorage: a new one asks, the holder of the id says that it is taken. */
  function listen(event) {
    if (event.key === "laihutong.asking" && event.newValue === JSON.stringify(current)) {
      memory.local.remove("taken");
      memory.local.write("taken", current);
    } else if (event.key === "laihutong.taken" && event.newValue === JSON.stringify(current) && !used) {
      restart();
    }
  }

  function begin() {
    var record = memory.session.read(KEY);
    if (!valid(record)) { record = memory.local.read(KEY); }
    if (!valid(record)) { return restart(); }
    keep(record.id);
    memory.local.remove("asking");
    memory.local.write("asking", current);
  }

  window.addEventListener("storage", listen);
  begin();

  Laihutong.conversation = {
    /* The id, for asking what is new in it: that holds nothing. */
    id: function () { return current; },
    /* The id for a message about to go out; from here on this tab holds it. */
    use: function () {
      used = true;
      keep(current);
      return current;
    },
    restart: restart
  };
}(window));
