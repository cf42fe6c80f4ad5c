"""Screenshots of the agent page in every look, each free of accessibility violations."""

from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Frame, Page

AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZE = {"width": 1280, "height": 800}
NO_MOTION = "*, *::before, *::after { transition: none !important; animation: none !important; }"

ASK_AXE = """async (rules) => {
  const asked = { runOnly: rules, iframes: false, resultTypes: ["violations"], selectors: false };
  const { violations } = await axe.run(document, asked);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" ¦ ")}`);
}"""
"""Where each element stands, and what was found right, would take axe half of its time."""


LOOKS = (
    (("zh-CN", "light", 1280, 800), ("en-US", "dark", 1920, 1080)),
    (("zh-CN", "dark", 1920, 1080), ("en-US", "light", 1280, 800)),
)
"""One state is taken in the first two, the next in the others: each language is seen in all four looks."""

PAINTED = "() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))"


@dataclass
class Album:
    """The looks of one page, each kept in its language's folder; the story's own `language` comes back after each."""

    page: Page
    language: str
    folder: Path
    axe: Path
    taken: int = 0
    violations: list[str] = field(default_factory=list)

    def shows(self, state: str) -> None:
        """Take the state in both languages, the story's own last, and note what axe finds wrong with each."""
        self.taken += 1
        self.page.add_style_tag(content=NO_MOTION)
        for language, theme, width, height in sorted(LOOKS[self.taken % 2], key=lambda look: look[0] == self.language):
            self.page.set_viewport_size({"width": width, "height": height})
            self._speak(language)
            self._turn(theme)
            self._take(language, f"{self.taken:02d}-{state}-{theme}-{width}")
        self.page.set_viewport_size(SIZE)
        self._turn("light")

    def glances(self, state: str) -> None:
        """Take the state of a page that follows the browser's own light and dark, in both, at one size."""
        self.taken += 1
        self.page.add_style_tag(content=NO_MOTION)
        for theme in ("light", "dark"):
            self.page.emulate_media(color_scheme=theme)
            self._take(self.language, f"{self.taken:02d}-{state}-{theme}")
        self.page.emulate_media(color_scheme="light")

    def checks(self, frame: Frame) -> None:
        """Note what axe finds wrong with a business page inside, which is light and dark with the agent page."""
        frame.add_script_tag(path=self.axe)
        for theme in ("dark", "light"):
            self._turn(theme)
            found = frame.evaluate(ASK_AXE, AXE_RULES)
            self.violations += [f"{frame.url.partition('?')[0]} ({theme}): {violation}" for violation in found]

    def _take(self, language: str, look: str) -> None:
        self.page.screenshot(path=self.folder / language / f"{look}.png")
        if not self.page.evaluate("'axe' in window"):
            self.page.add_script_tag(path=self.axe)
        found = self.page.evaluate(ASK_AXE, AXE_RULES)
        self.violations += [f"{language} {look}: {violation}" for violation in found]

    def _speak(self, language: str) -> None:
        if self.page.evaluate("document.documentElement.lang") != language:
            self._switch("first")

    def _turn(self, theme: str) -> None:
        dark = self.page.evaluate("document.body.classList.contains('awsui-dark-mode')")
        if dark != (theme == "dark"):
            self._switch("last")

    def _switch(self, which: str) -> None:
        """Press the button for language (first) or theme (last): not by a click, which would move the focus."""
        self.page.evaluate("which => document.querySelector(`.appearance button:${which}-child`).click()", which)
        self.page.evaluate(PAINTED)
