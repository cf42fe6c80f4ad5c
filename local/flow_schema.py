"""Writes the JSON Schemas of flows and plugins, which editors use: `python -m local.flow_schema`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chalicelib.core.flow import kinds, plugins, stories

FLOWS = Path(__file__).parent.parent / "flows"


def texts() -> Mapping[Path, str]:
    """Give each schema file with its text."""
    schemas = {"flow": kinds.schema(), "plugin": plugins.schema(), "story": stories.schema()}
    return {FLOWS / f"{name}.schema.json": _text(schema) for name, schema in schemas.items()}


def main() -> None:
    """Write the files."""
    for path, text in texts().items():
        path.write_text(text)
        print(path)


def _text(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()
