/* In: Alt+S on the page of an ended call. Out: its summary is saved, as by the button. */
"use strict";
document.addEventListener("keydown", function (event) {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.code !== "KeyS") return;
  event.preventDefault();
  document.getElementById("save").click();
});
