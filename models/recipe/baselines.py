"""What a sentence vector's cosine makes of pairs or of a stream, for the tables of `npm run eval`.

    npm run eval -- --write-pairs pairs.jsonl
    python baselines.py --system minilm --pairs pairs.jsonl --out minilm.jsonl
    npm run eval -- --baseline 'all-MiniLM-L6-v2 (cosine)=minilm.jsonl'
    python baselines.py --system minilm --stream qqp-stream.jsonl.gz --out minilm-stream.json      for --stream-baseline

Of pairs: `{"id", "score"}` a line. Of a stream: the thresholds that keep 1, 2 and 5 % false hits, with what they serve rightly of what was
asked before in other words only; the nearest stored question is served from the threshold on, and what misses is stored.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from corpora import lines
from starting_weights import minilm, model_folder
from tokenizers import Tokenizer

sys.path.append(str(Path(__file__).parent.parent))
from encoder import Encoder  # noqa: E402

LONGEST = 256  # tokens, as the model is published
BATCH = 64
THRESHOLDS = np.round(np.arange(0.6, 1.0, 0.005), 3)
RATES = (0.01, 0.02, 0.05)


class MiniLM:
    """all-MiniLM-L6-v2 as it is meant to be used: the mean of all tokens' outputs, of length 1."""

    def __init__(self):
        self.tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(LONGEST)
        self.encoder = Encoder.from_minilm(minilm(), positions=LONGEST)

    @torch.no_grad()
    def vectors(self, texts):
        inputs = [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]
        order = sorted(range(len(texts)), key=lambda at: len(inputs[at]))
        found = torch.empty(len(texts), self.encoder.words.weight.shape[1])
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            ids = torch.nn.utils.rnn.pad_sequence([torch.tensor(inputs[at]) for at in rows], batch_first=True)
            mask = torch.nn.utils.rnn.pad_sequence([torch.ones(len(inputs[at])) for at in rows], batch_first=True)
            found[rows] = F.normalize(self.pooled(ids, mask), dim=-1)
        return found.numpy()

    def pooled(self, ids, mask):
        encoder = self.encoder
        x = encoder.norm(encoder.words(ids) + encoder.positions.weight[: ids.shape[1]] + encoder.sides(torch.zeros_like(ids)))
        for index in range(encoder.layers):
            x = encoder.get_submodule(f"layer{index}")(x, mask[:, None, None, :].bool())
        return (x * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)


SYSTEMS = {"minilm": MiniLM}


def words_of(side):
    """A text, or a conversation as one."""
    return side if isinstance(side, str) else "\n".join(f"{message['role']}: {message['content']}" for message in side)


def embedded(system, texts):
    """The place of every text, and the vectors."""
    places = {text: at for at, text in enumerate(dict.fromkeys(texts))}
    return places, system.vectors(list(places))


def score_pairs(system, pairs):
    places, vectors = embedded(system, [words_of(pair[side]) for pair in pairs for side in "ab"])
    for pair in pairs:
        a, b = (vectors[places[words_of(pair[side])]] for side in "ab")
        yield {"id": pair["id"], "score": round(float(a @ b), 6)}


def replay(system, queries):
    """Share of reworded questions that are served rightly and of first ones that are served at all, by threshold."""
    places, vectors = embedded(system, [query["q"] for query in queries])
    stored = np.zeros((len(THRESHOLDS), len(places)), bool)
    group_of = np.full(len(places), -1)
    asked, groups = set(), set()
    right, wrong = np.zeros(len(THRESHOLDS)), np.zeros(len(THRESHOLDS))
    reworded = first = 0
    for query in queries:
        at, group = places[query["q"]], query["group"]
        likeness = np.where(stored, vectors @ vectors[at], -1.0)
        nearest = likeness.argmax(1)
        served = likeness[np.arange(len(THRESHOLDS)), nearest] >= THRESHOLDS
        if at not in asked and group in groups:
            reworded += 1
            right += served & (group_of[nearest] == group)
        elif group not in groups:
            first += 1
            wrong += served
        stored[~served, at] = True
        group_of[at] = group
        asked.add(at)
        groups.add(group)
    for rate in RATES:
        kept = np.flatnonzero(wrong <= rate * first)
        if len(kept):
            yield {"threshold": float(THRESHOLDS[kept[0]]), "rewordedHits": right[kept[0]] / max(1, reworded), "falseHits": wrong[kept[0]] / max(1, first)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--system", choices=SYSTEMS, required=True)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--pairs", type=Path)
    what.add_argument("--stream", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--sample", type=int, help="only so many lines")
    options = parser.parse_args()

    system = SYSTEMS[options.system]()
    rows = lines(options.pairs or options.stream)[: options.sample]
    if options.pairs:
        options.out.write_text("".join(json.dumps(row) + "\n" for row in score_pairs(system, rows)), encoding="utf8")
    else:
        options.out.write_text(json.dumps(list(replay(system, rows)), indent=2) + "\n", encoding="utf8")


if __name__ == "__main__":
    main()
