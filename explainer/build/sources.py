"""Lists the sources that want reading again: older than a year, or gone from where they stood."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from explainer.build.front import read_fronts
from explainer.catalogue import Catalogue, Source

YEAR = timedelta(days=365)
PATIENCE = 20  # seconds for one address


def all_sources(catalogue: Catalogue) -> Iterator[tuple[str, Source]]:
    """Yield every source of every entry and of every page written by hand, with the file that cites it."""
    for file, _, entry in catalogue.files():
        yield from ((file, source) for source in entry.sources.values())
    for file, front in read_fronts().items():
        yield from ((file, source) for source in front.sources)


def cited_by(catalogue: Catalogue) -> dict[str, list[tuple[str, str]]]:
    """Give, for each address, the files that cite it with the day that each last read it."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for file, source in all_sources(catalogue):
        found[source.url].append((file, source.checked))
    return found


def old(cited: dict[str, list[tuple[str, str]]], today: str) -> list[str]:
    """List a line for each citation that was last read over a year before `today` (YYYY-MM-DD)."""
    limit = (datetime.fromisoformat(today) - YEAR).date().isoformat()
    return [f"{file}: {url}: last read {day}" for url, uses in cited.items() for file, day in uses if day < limit]


def gone(url: str) -> str | None:
    """Say what is wrong with an address, or None; a server that refuses robots is not gone."""
    request = urllib.request.Request(url, headers={"User-Agent": "5xx-explained source check"})  # noqa: S310 an entry's
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE):  # noqa: S310
            return None
    except urllib.error.HTTPError as error:
        return f"HTTP {error.code}" if error.code in (404, 410) else None
    except (OSError, ValueError) as error:
        return str(error)


def report(catalogue: Catalogue, links: bool) -> int:
    """Print what wants reading again; gives the exit status, 1 if there is any."""
    cited = cited_by(catalogue)
    lines = old(cited, datetime.now(UTC).date().isoformat())
    if links:
        urls = [url for url in cited if "://" in url]
        with ThreadPoolExecutor(8) as pool:
            for url, wrong in zip(urls, pool.map(gone, urls), strict=True):
                lines += [f"{file}: {url}: {wrong}" for file, _ in cited[url] if wrong]
    print("\n".join(sorted(lines)) or f"{len(cited)} sources, all read within a year.")
    return 1 if lines else 0
