/* In: the browser's storage, which may be missing, full or forbidden. Out: Laihutong.memory, two shelves that never throw.
   local outlives the tab, session lives with it. Everything is read once, when the page opens, so a browser that
   refuses to store (private mode) loses nothing before the page closes. */
(function (window) {
  "use strict";
  var Laihutong = window.Laihutong = window.Laihutong || {};
  var PREFIX = "laihutong.";

  function shelf(name) {
    /* Old Safari in private mode throws on writing, a blocked site already on touching the storage. */
    function attempt(work) {
      try {
        return work(window[name]);
      } catch (error) {
        return null;
      }
    }

    return {
      /* What was written, null when there is nothing or nothing legible. */
      read: function (key) {
        return attempt(function (storage) { return JSON.parse(storage.getItem(PREFIX + key)); });
      },
      write: function (key, value) {
        attempt(function (storage) { storage.setItem(PREFIX + key, JSON.stringify(value)); });
      },
      remove: function (key) {
        attempt(function (storage) { storage.removeItem(PREFIX + key); });
      }
    };
  }

  Laihutong.memory = { local: shelf("localStorage"), session: shelf("sessionStorage") };
}(window));
