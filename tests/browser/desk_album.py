"""Screenshots of the agent page in every look, each free of accessibility violations."""

from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Frame, Page

AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZE = {"width": 1280, "height": 800}
NO_MOTION = "*, *::before, *::after { transition: none !important; animation: none !important; }"

ASK_AXE = """async (rules) => {
  const { violations } = await axe.run(document, { runOnly: rules, iframes: false });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" ¦ ")}`);
}"""


LOOKS = {
    "zh-CN": (("light", 1280, 800), ("dark", 1920, 1080)),
    "en-US": (("dark", 1280, 800), ("light", 1920, 1080)),
}
"""Both languages together show every state in light and dark, at both sizes."""


@dataclass
class Album:
    """The looks of one page, in one language, kept in that language's folder."""

    page: Page
    folder: Path
    axe: Path
    taken: int = 0
    violations: list[str] = field(default_factory=list)

    def shows(self, state: str) -> None:
        """Take the state in the looks of the language, and note what axe finds wrong with each."""
        self.taken += 1
        self.page.add_style_tag(content=NO_MOTION)
        for theme, width, height in LOOKS[self.folder.name]:
            self.page.set_viewport_size({"width": width, "height": height})
            self._turn(theme)
            look = f"{self.taken:02d}-{state}-{theme}-{width}"
            self.page.screenshot(path=self.folder / f"{look}.png")
            self.violations += [f"{look}: {violation}" for violation in self._violations()]
        self.page.set_viewport_size(SIZE)
        self._turn("light")

    def shows_in_the_other_language(self, state: str) -> None:
        """Take the state once more, the page turned to the other language for that while."""
        other = next(language for language in LOOKS if language != self.folder.name)
        self._switch("first")
        translated = Album(self.page, self.folder.parent / other, self.axe, self.taken - 1)
        translated.shows(state)
        self.violations += translated.violations
        self._switch("first")

    def glances(self, state: str) -> None:
        """Take the state of a page that follows the browser's own light and dark, in both, at one size."""
        self.taken += 1
        self.page.add_style_tag(content=NO_MOTION)
        for theme in ("light", "dark"):
            self.page.emulate_media(color_scheme=theme)
            look = f"{self.taken:02d}-{state}-{theme}"
            self.page.screenshot(path=self.folder / f"{look}.png")
            self.violations += [f"{look}: {violation}" for violation in self._violations()]
        self.page.emulate_media(color_scheme="light")

    def checks(self, frame: Frame) -> None:
        """Note what axe finds wrong with a business page inside, which is light and dark with the agent page."""
        frame.add_script_tag(path=self.axe)
        for theme in ("dark", "light"):
            self._turn(theme)
            found = frame.evaluate(ASK_AXE, AXE_RULES)
            self.violations += [f"{frame.url.partition('?')[0]} ({theme}): {violation}" for violation in found]

    def _violations(self) -> list[str]:
        if not self.page.evaluate("'axe' in window"):
            self.page.add_script_tag(path=self.axe)
        found: list[str] = self.page.evaluate(ASK_AXE, AXE_RULES)
        return found

    def _turn(self, theme: str) -> None:
        dark = self.page.evaluate("document.body.classList.contains('awsui-dark-mode')")
        if dark != (theme == "dark"):
            self._switch("last")

    def _switch(self, which: str) -> None:
        """Press the button for language (first) or theme (last): not by a click, which would move the focus."""
        self.page.evaluate("which => document.querySelector(`.appearance button:${which}-child`).click()", which)
        self.page.wait_for_timeout(80)
