"""Makes trees of elements that hold text as text, and writes them as HTML; knows nothing of verdicts.

A tree is `[tag, attributes, children]`, a child a tree or a string. Python writes it as HTML (`to_html`), the browser
makes elements of it: pasted text never becomes markup. An `href` without a scheme counts from the site's root.
"""

from __future__ import annotations

import html
import re
from typing import Any

Tree = list[Any]


def el(tag: str, *children: Tree | str | None, **attributes: str) -> Tree:
    """Make an element; `_` in an attribute's name stands for `-`, at its end for nothing (`class_`, `data_n`)."""
    names = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    return [tag, names, [child for child in children if child]]


def to_html(tree: Tree | str, base: str = "") -> str:
    """Write a tree as HTML; `base` leads from the page to the site's root."""
    if isinstance(tree, str):
        return html.escape(tree, quote=False)
    tag, attributes, children = tree
    written = "".join(f' {name}="{html.escape(resolve(name, value, base))}"' for name, value in attributes.items())
    return f"<{tag}{written}>{''.join(to_html(child, base) for child in children)}</{tag}>"


def resolve(name: str, value: str, base: str) -> str:
    """Lead an address that counts from the site's root to it."""
    return base + value if name == "href" and not re.match(r"[a-z]+:|#", value) else value


def inline(prose: str) -> list[Tree | str]:
    """Turn the code spans of a sentence into elements."""
    return [el("code", part) if odd % 2 else part for odd, part in enumerate(prose.split("`")) if part]
