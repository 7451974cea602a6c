"""Runs the whole recipe on a handful of texts, to show that every step still works. What comes out is worth nothing but for its form.

    python check.py --out FOLDER

The development corpora are no part of the project: authored groups stand in for them.
"""

import argparse
import gzip
import json
import subprocess
import sys
from pathlib import Path

from corpora import AUTHORED, lines, pairs_of
from pairs import SMALL
from vocabulary import FILES

HERE = Path(__file__).parent
GROUPS = 60
LARGEST = 26 * 1024**2


def stand_ins(folder):
    """A folder with the names of the corpora and the content of some authored groups."""
    groups = lines(AUTHORED / "authored-a.jsonl")[:GROUPS]
    rows = [json.dumps({"a": a, "b": b, "label": label}) for group in groups for a, b, label, _ in pairs_of(group)]
    stream = [json.dumps({"q": text, "group": at}) for at, group in enumerate(groups) for text in (group["q"], group["same"][0], group["q"])]
    folder.mkdir(parents=True, exist_ok=True)
    for name in {*FILES, *SMALL, "qqp-train.jsonl.gz", "qqp-stream.jsonl.gz"}:
        text = "\n".join(stream if "stream" in name else rows) + "\n"
        with gzip.open(folder / name, "wt", encoding="utf8") if name.endswith(".gz") else open(folder / name, "w", encoding="utf8") as file:
            file.write(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True, type=Path)
    options = parser.parse_args()
    out, development, vocabulary = options.out, options.out / "development", options.out / "vocabulary"

    def run(script, *arguments):
        subprocess.run([sys.executable, str(HERE / script), *map(str, arguments)], check=True)

    stand_ins(development)
    run("vocabulary.py", "--development", development, "--out", vocabulary)
    run("pairs.py", "first", "--development", development, "--out", out, "--sample", 120)
    run("train.py", "--pairs", out / "first.jsonl", "--vocabulary", vocabulary, "--out", out / "first.pt")
    run("pairs.py", "second", "--development", development, "--out", out, "--sample", 60)
    run("train.py", "--pairs", out / "second.jsonl", "--vocabulary", vocabulary, "--start", out / "first.pt", "--frozen", 2, "--out", out / "second.pt")
    run("pairs.py", "third", "--development", development, "--out", out, "--sample", 60)
    run("train.py", "--pairs", out / "third.jsonl", "--vocabulary", vocabulary, "--start", out / "second.pt", "--frozen", 2, "--out", out / "third.pt")
    run("mean.py", "--out", out / "mean.pt", out / "second.pt", out / "third.pt")
    for stage, start, trained in (("fourth", "mean.pt", "fourth.pt"), ("fifth", "fourth.pt", "fifth.pt")):
        run("pairs.py", stage, "--development", development, "--out", out, "--sample", 60)
        run("train.py", "--pairs", out / f"{stage}.jsonl", "--vocabulary", vocabulary, "--start", out / start, "--out", out / trained)
    run("mean.py", "--out", out / "judge.pt", *(out / name for name in ("mean.pt", "fourth.pt", "fifth.pt")))
    run("finder.py", "--development", development, "--vocabulary", vocabulary, "--out", out / "static.npy", "--epochs", 1)
    words = vocabulary / "vocabulary.txt"
    run("../export.py", "judge", "--weights", out / "judge.pt", "--vocabulary", words, "--out", out / "judge.bin")
    run("../export.py", "static", "--vectors", out / "static.npy", "--vocabulary", words, "--out", out / "static.bin")
    size = sum((out / name).stat().st_size for name in ("judge.bin", "static.bin")) + words.stat().st_size
    print(f"the recipe runs; its files take {size / 1024**2:.1f} MiB")
    if size > LARGEST:
        raise SystemExit(f"that is more than {LARGEST / 1024**2:.0f} MiB")


if __name__ == "__main__":
    main()
