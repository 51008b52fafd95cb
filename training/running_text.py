"""Running text in many languages for the multilingual model: free manuals as Debian packages them.

`python -m training.running_text --out build/running.jsonl` fetches the packages through apt, takes the paragraphs out
of their pages and writes passages `{"id", "domain": language, "text"}` for training/words.ts, as many of each
language as there are. Nothing of it is labelled: the sentence vectors are taught on it, and the vocabulary
is counted on it.
"""

from __future__ import annotations

import argparse
import html
import json
import random
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

HELP = "4:7.4.7-1+deb12u14"
PACKAGES = {
    "debian-handbook": "11.20220922",  # CC BY-SA 3.0 or GPL-2+
    "installation-guide-amd64": "20230508+deb12u1",  # GPL-2+
} | {f"libreoffice-help-{language}": HELP for language in "de en-us es fr hi it ja ko pt-br ru tr vi zh-cn zh-tw".split()}  # MPL-2.0

HANDBOOK, GUIDE, OFFICE = "doc/debian-handbook/html", "doc/installation-guide-amd64", "libreoffice/help"
FOLDERS = {
    "ar": [f"{HANDBOOK}/ar-MA"],
    "de": [f"{HANDBOOK}/de-DE", f"{GUIDE}/de", f"{OFFICE}/de"],
    "en": [f"{HANDBOOK}/en-US", f"{OFFICE}/en-US"],
    "es": [f"{HANDBOOK}/es-ES", f"{GUIDE}/es", f"{OFFICE}/es"],
    "fr": [f"{HANDBOOK}/fr-FR", f"{GUIDE}/fr", f"{OFFICE}/fr"],
    "hi": [f"{OFFICE}/hi"],
    "it": [f"{HANDBOOK}/it-IT", f"{GUIDE}/it", f"{OFFICE}/it"],
    "ja": [f"{HANDBOOK}/ja-JP", f"{GUIDE}/ja", f"{OFFICE}/ja"],
    "ko": [f"{HANDBOOK}/ko-KR", f"{GUIDE}/ko", f"{OFFICE}/ko"],
    "pt": [f"{HANDBOOK}/pt-BR", f"{GUIDE}/pt", f"{OFFICE}/pt-BR"],
    "ru": [f"{HANDBOOK}/ru-RU", f"{GUIDE}/ru", f"{OFFICE}/ru"],
    "tr": [f"{HANDBOOK}/tr-TR", f"{OFFICE}/tr"],
    "vi": [f"{HANDBOOK}/vi-VN", f"{GUIDE}/vi", f"{OFFICE}/vi"],
    "zh": [f"{HANDBOOK}/zh-CN", f"{GUIDE}/zh_CN", f"{OFFICE}/zh-CN"],
    "zh-tw": [f"{HANDBOOK}/zh-TW", f"{OFFICE}/zh-TW"],
}
SCRIPTS = {
    "ar": r"[\u0600-\u06ff]",
    "hi": r"[\u0900-\u097f]",
    "ja": r"[\u3040-\u30ff]",
    "ko": r"[\uac00-\ud7a3]",
    "ru": r"[\u0400-\u04ff]",
    "zh": r"[\u4e00-\u9fff]",
    "zh-tw": r"[\u4e00-\u9fff]",
}
"""Letters that a paragraph of the language is mostly made of: untranslated ones are English."""
ENGLISH = re.compile(r"\b(the|and|of|to|is|with)\b", re.I)
DENSE = ("ja", "zh", "zh-tw")
PARAGRAPH = re.compile(r"<(p|li|dd|h[1-4])\b[^>]*>(.*?)</\1>", re.S | re.I)
MARKUP = re.compile(r"<script.*?</script>|<[^>]+>", re.S | re.I)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/running.jsonl"))
    parser.add_argument("--work", type=Path, default=Path("build/running"))
    parser.add_argument("--passages", type=int, default=420, help="passages of each language")
    arguments = parser.parse_args()
    fetch(arguments.work)
    rows = []
    for language in FOLDERS:
        chosen = choose(language, arguments.work / "usr/share", arguments.passages)
        print(language, len(chosen), "passages", flush=True)
        rows += [{"id": f"{language}-{i}", "domain": language.split("-")[0], "text": text} for i, text in enumerate(chosen)]
    arguments.out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def choose(language: str, root: Path, count: int) -> list[str]:
    """Passages drawn alike from each of the language's manuals; a small one's share goes to the others."""
    seen: set[str] = set()
    found = [list(passages(language, paragraphs(language, root / folder, seen))) for folder in FOLDERS[language]]
    chosen: list[str] = []
    for place, part in enumerate(sorted(found, key=len)):
        random.Random(1).shuffle(part)
        chosen += part[: (count - len(chosen)) // (len(found) - place)]
    return chosen


def fetch(work: Path) -> None:
    """Downloads and unpacks the packages, without installing them; apt checks their sums."""
    work.mkdir(parents=True, exist_ok=True)
    for name, version in PACKAGES.items():
        if list(work.glob(f"{name}_*.deb")):
            continue
        subprocess.run(["apt-get", "download", "-qq", f"{name}={version}"], cwd=work, check=True)
        subprocess.run(["dpkg-deb", "-x", str(next(work.glob(f"{name}_*.deb")).name), "."], cwd=work, check=True)


def paragraphs(language: str, folder: Path, seen: set[str]) -> Iterator[list[str]]:
    """The paragraphs of each page, without markup, the ones left in English out, none twice."""
    for page in sorted(folder.rglob("*.html")):
        texts = []
        for _, inner in PARAGRAPH.findall(page.read_text(encoding="utf-8", errors="ignore")):
            text = re.sub(r"\s+", " ", html.unescape(MARKUP.sub("", inner))).strip()
            if len(text) >= (12 if language in DENSE else 30) and text not in seen and is_language(text, language):
                seen.add(text)
                texts.append(text)
        yield texts


def is_language(text: str, language: str) -> bool:
    if language == "en":
        return True
    if language in SCRIPTS:
        return len(re.findall(SCRIPTS[language], text)) > 0.25 * len(text)
    return len(ENGLISH.findall(text)) <= 0.04 * len(text.split())


def passages(language: str, pages: Iterator[list[str]]) -> Iterator[str]:
    """Paragraphs of one page joined to passages of some sentences."""
    wanted = 250 if language in DENSE else 350 if language == "ko" else 600
    for texts in pages:
        current = ""
        for text in texts:
            current = f"{current}\n{text}" if current else text
            if len(current) >= wanted:
                yield current[: 3 * wanted]
                current = ""
        if len(current) >= wanted / 3:
            yield current


if __name__ == "__main__":
    main()
