/* In: keys, taps and input methods. Out: Laihutong.composer, which hands over whole texts and never loses a half one. */
(function (window) {
  "use strict";
  var Laihutong = window.Laihutong;
  var local = Laihutong.memory.local;
  var LONGEST = 2000;
  var COUNT_FROM = 1800;
  var TALLEST_PX = 144;
  var ENTER = 13;
  var BY_INPUT_METHOD = 229;

  /* submit(text) is called with trimmed, non-empty text of at most 2000 characters. */
  Laihutong.composer = function (form, input, counter, submit) {
    var composing = false;

    function fit() {
      input.style.height = "auto";
      var border = input.offsetHeight - input.clientHeight;
      input.style.height = Math.min(input.scrollHeight + border, TALLEST_PX) + "px";
    }

    function count() {
      var left = LONGEST - input.value.length;
      counter.hidden = input.value.length < COUNT_FROM;
      counter.textContent = left >= 0 ? "还能写 " + left + " 字" : "多了 " + -left + " 字，删掉一些再发";
      counter.className = left < 0 ? "counter over" : "counter";
    }

    function changed() {
      fit();
      count();
      local.write("draft", input.value);
    }

    function send() {
      var text = input.value.trim();
      if (!text) { return input.focus(); }
      if (text.length > LONGEST) { return count(); }
      input.value = "";
      changed();
      submit(text);
    }

    /* Safari ends the composition before the Enter that chose the word; keyCode 229 still tells. */
    function onKey(event) {
      var byMethod = composing || event.isComposing || event.keyCode === BY_INPUT_METHOD;
      if (event.keyCode !== ENTER || event.shiftKey || byMethod) { return; }
      event.preventDefault();
      send();
    }

    function onSubmit(event) {
      event.preventDefault();
      if (!composing) { return send(); }
      input.blur(); // ends the composition; its text lands after this event
      window.setTimeout(send, 0);
    }

    input.addEventListener("compositionstart", function () { composing = true; });
    input.addEventListener("compositionend", function () { composing = false; });
    input.addEventListener("input", changed);
    input.addEventListener("keydown", onKey);
    form.addEventListener("submit", onSubmit);
    input.value = local.read("draft") || "";
    form.hidden = false;
    fit();
    count();
  };
}(window));
