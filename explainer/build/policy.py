"""Writes the headers that a site should be served with: a content policy by hash, and how long each file may be kept.

One list of rules gives the file of every server: `_headers` (Cloudflare Pages, Netlify), nginx, Apache, Caddy. The
policy lets a page ask its own origin only, so that what is pasted cannot leave it, whatever a page or a paste holds.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

INLINE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*\btype=\"application/json\")[^>]*>(.*?)</script>", re.DOTALL)
EXPECTED = 9  # scripts inside pages: three of the theme's and one for each depth of folders; what starts the explainer
FOREVER, ASK = "public, max-age=31536000, immutable", "no-cache"
ONE_FILE = "5xx-explained.html"  # the explainer to take along, which carries its own policy
CARRIED = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
NOSNIFF = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}

Rules = list[tuple[str, dict[str, str]]]  # path below the site's root, `*` at its end for all below it: the headers


def rules(site: Path) -> Rules:
    """Give the rules of a built site, the most general first; a later rule replaces a header of an earlier one.

    Raises ValueError where the pages hold more inline scripts than are known.
    """
    alone = site / ONE_FILE
    pages = (page for page in site.rglob("*.html") if page != alone)
    hashes = sorted({digest(script) for page in pages for script in INLINE.findall(page.read_text("utf-8"))})
    if len(hashes) > EXPECTED:
        raise ValueError(f"found {len(hashes)} inline scripts in the pages; expected at most {EXPECTED}")
    own = f"default-src 'none'; script-src 'self' 'wasm-unsafe-eval' {' '.join(hashes)}".rstrip()
    own += "; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'"
    own += "; manifest-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
    card = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors *"  # made to be embedded
    drawing = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors *"
    found = [
        ("*", {"Content-Security-Policy": own, "Cache-Control": ASK, **NOSNIFF}),
        ("cards/*", {"Content-Security-Policy": card, "Cache-Control": ASK, **NOSNIFF}),
        ("api/*", {"Cache-Control": ASK, "Access-Control-Allow-Origin": "*", **NOSNIFF}),
        ("*.svg", {"Content-Security-Policy": drawing, "Cache-Control": ASK, **NOSNIFF}),
        ("assets/py/*", {"Content-Security-Policy": own, "Cache-Control": FOREVER, **NOSNIFF}),
    ]
    if alone.exists():
        with alone.open(encoding="utf-8") as page:
            carried = CARRIED.search(page.read(4096))
        assert carried is not None
        policy = f"{unescape(carried[1])}; frame-ancestors 'none'"  # which only a header may say
        found.append((ONE_FILE, {"Content-Security-Policy": policy, "Cache-Control": ASK, **NOSNIFF}))
    return found


def policy_of_one_file(script: str, style: str) -> str:
    """Give the policy that the one-file explainer carries: ask for nothing, run what it holds and nothing else.

    Its worker is started from a Blob, and inherits this.
    """
    policy = f"default-src 'none'; script-src {digest(script)} 'wasm-unsafe-eval'; style-src {digest(style)}"
    return f"{policy}; img-src data:; worker-src blob:; base-uri 'none'; form-action 'none'"


def digest(script: str) -> str:
    """Give the source expression that lets one inline script, or style, count."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def matching(path: str, found: Rules) -> dict[str, str]:
    """Give the headers of one path below the site's root: those of the last rule that fits."""
    return next((headers for pattern, headers in reversed(found) if fits(path, pattern)), {})


def fits(path: str, pattern: str) -> bool:
    """Tell whether a rule is for a path."""
    if pattern.startswith("*"):
        return path.endswith(pattern[1:])
    return path.startswith(pattern.removesuffix("*"))


def write(site: Path, address: str) -> None:
    """Write the rules for every server into a built site, below `headers/`, and `_headers` at its root."""
    found, prefix = rules(site), urlsplit(address).path.rstrip("/") + "/"
    folder = site / "headers"
    folder.mkdir(exist_ok=True)
    (folder / "rules.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    for name, lines in (("nginx.conf", nginx), ("apache.conf", apache), ("Caddyfile", caddy)):
        (folder / name).write_text("\n".join(lines(found, prefix)) + "\n", "utf-8")
    (site / "_headers").write_text("\n".join(netlify(found, prefix)) + "\n", "utf-8")


def netlify(found: Rules, prefix: str) -> Iterator[str]:
    """Write for Cloudflare Pages and Netlify, where every rule that fits adds its headers: `! Name` drops one first."""
    yield "# Headers of this site; made by its build. `!` drops what an earlier rule set (Cloudflare Pages)."
    yield "# Netlify joins the two instead: there the cards, whose style is inside, need a site of their own."
    seen: set[str] = set()
    for pattern, headers in found:
        yield f"{prefix}{pattern}"
        for name, value in headers.items():
            if name in seen:
                yield f"  ! {name}"
            yield f"  {name}: {value}"
        seen |= set(headers)


def regex(pattern: str, prefix: str) -> str:
    """Give the regular expression of a rule's paths, for Apache and nginx."""
    if pattern == "*":
        return f"^{re.escape(prefix)}"
    if pattern.startswith("*"):
        return re.escape(pattern[1:]) + "$"
    return f"^{re.escape(prefix + pattern.removesuffix('*'))}"


def nginx(found: Rules, prefix: str) -> Iterator[str]:
    """Write a map for each header, for the `http` block, and say where the headers are added."""
    yield "# Headers of this site, for nginx: include this file in `http`, then in the site's `server` add:"
    names = list(dict.fromkeys(name for _, headers in found for name in headers))
    for name in names:
        yield f"#   add_header {name} $site_{variable(name)} always;"
    for name in names:
        yield f"map $uri $site_{variable(name)} {{"
        for pattern, headers in reversed(found):
            yield f'  "~{regex(pattern, prefix)}" "{headers.get(name, "")}";'
        yield "}"


def variable(name: str) -> str:
    """Give a header's name as a part of a variable's."""
    return name.lower().replace("-", "_")


def apache(found: Rules, prefix: str) -> Iterator[str]:
    """Write one section a rule, where the last that fits counts; needs mod_headers."""
    yield "# Headers of this site, for Apache with mod_headers: Include this file in the site's virtual host."
    for pattern, headers in found:
        yield f'<LocationMatch "{regex(pattern, prefix)}">'
        for name in dict.fromkeys(name for _, every in found for name in every):
            yield (
                f'  Header always set {name} "{headers[name]}"' if name in headers else f"  Header always unset {name}"
            )
        yield "</LocationMatch>"


def caddy(found: Rules, prefix: str) -> Iterator[str]:
    """Write a snippet of handlers, of which the first that fits counts."""
    yield "# Headers of this site, for Caddy: `import` this file, then `import site_headers` in the site's block."
    yield "(site_headers) {"
    done: list[str] = []
    for number, (pattern, headers) in enumerate(reversed(found)):
        path = f"{prefix}{pattern}" if not pattern.startswith("*.") else pattern
        yield f"  @site_{number} {{"
        yield f"    path {path}"
        yield from (f"    not path {other}" for other in done)
        yield "  }"
        yield f"  header @site_{number} {{"
        for name, value in headers.items():
            yield f'    {name} "{value}"'
        yield "  }"
        done.append(path)
    yield "}"
