"""The texts that the model learns from: the development corpora (a folder that is not part of the project) and the authored groups of models/data."""

import gzip
import hashlib
import itertools
import json
from pathlib import Path

AUTHORED = Path(__file__).parent.parent / "data"


def lines(path):
    with gzip.open(path, "rt", encoding="utf8") if str(path).endswith(".gz") else open(path, encoding="utf8") as file:
        return [json.loads(line) for line in file if line.strip()]


def corpus(folder, name):
    """A development file as pairs: (a, b, label)."""
    return [(row["a"], row["b"], row["label"]) for row in lines(Path(folder) / name)]


def in_development(group):
    """Whether an authored group is kept for choosing thresholds: a fifth of them, by a hash of the id; given groups say so themselves."""
    return group.get("split", "dev" if hashlib.sha256(group["id"].encode()).digest()[0] % 5 == 0 else "train") == "dev"


def groups(pattern, development):
    """The authored groups of the files that match, of one side of the split."""
    found = [group for path in sorted(AUTHORED.glob(pattern)) for group in lines(path)]
    return [group for group in found if in_development(group) == development]


def pairs_of(group):
    """Every pair of a group: its `same` with one another, and each of its `different` with each of those."""
    alike = [group["q"], *group["same"]]
    for a, b in itertools.combinations(alike, 2):
        yield a, b, 1, "same"
    for other in group["different"]:
        for text in alike:
            yield text, other["text"], 0, other["kind"]
