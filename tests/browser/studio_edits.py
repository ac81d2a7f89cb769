"""Tabs of a studio in which text is changed at random, a hundred times a second, and levers are moved."""

from __future__ import annotations

from collections.abc import Sequence

from tests.browser.studio_server import RULE, Person

# Edits of the text, and now and then a step of a lever, undo or another panel; the first text at the end.
EDITS = """milliseconds => {
  window.edits = 0;
  window.edited = false;
  const view = studio.view, first = view.state.doc.toString(), end = performance.now() + milliseconds;
  let seed = 7 + Math.floor(performance.now());
  const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
  const lever = () => {
    const all = [...document.querySelectorAll("input[data-lever]")], slider = all[random(all.length)];
    if (!slider) return;
    slider.value = random(Number(slider.max) + 1);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const other = () => document.querySelectorAll("#tabs button, #undo, #redo")[random(10)]?.click();
  const step = () => {
    if (performance.now() > end) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: first } });
      window.edited = true;
      return;
    }
    window.edits += 1;
    const at = random(view.state.doc.length + 1), what = random(60);
    if (what === 0) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: first } });
    else if (what === 1) lever();
    else if (what === 2) other();
    else if (what < 40) view.dispatch({ changes: { from: at, insert: "abc: {}[]\\n 1%"[random(14)] } });
    else if (at) view.dispatch({ changes: { from: at - 1, to: at } });
    setTimeout(step, 10);
  };
  step();
}"""


def edited(people: Sequence[Person], seconds: float) -> list[int]:
    """Edit in every tab for some seconds, then ask each for a cap of its own: 20 % less its place.

    How many edits each tab made (0: it was opened anew meanwhile); each shows what comes of its text.
    """
    for person in people:
        person.page.evaluate(EDITS, 1000 * seconds)
    for person in people:
        # A page whose connection was away too long opens anew from its own link.
        wait = 1000 * (seconds + 120)
        person.page.wait_for_function(
            "window.studio?.view && window.edited !== false", timeout=wait
        )
    for place, person in enumerate(people):
        # What levers say becomes text, and that is pasted over: nothing of the edits is left.
        person.page.wait_for_function("studio.heard()", timeout=120_000)
        if person.page.is_enabled("#write"):
            person.page.click("#write")
        person.page.wait_for_function("studio.heard()", timeout=120_000)
        person.paste(RULE.replace("limit: 30%", f"limit: {20 - place}%"))
    for person in people:
        person.rested()
    return [int(person.page.evaluate("window.edits || 0")) for person in people]
