"""Trains the judge on pairs of texts, from MiniLM's weights or from those of an earlier stage.

    python train.py --pairs first.jsonl --vocabulary FOLDER --out first.pt
    python train.py --pairs second.jsonl --vocabulary FOLDER --start first.pt --out judge.pt

One pass over the pairs, each in a random order of its sides, in batches of texts of like length. On two cores without bf16 some 40 pairs of
36 tokens a second; set MALLOC_MMAP_THRESHOLD_ and MALLOC_TRIM_THRESHOLD_ to 2000000000, or it takes half as long again.
"""

import argparse
import json
import random
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

sys.path.append(str(Path(__file__).parent.parent))
from encoder import Encoder  # noqa: E402
from starting_weights import minilm  # noqa: E402

LONGEST = 256  # tokens of a pair; longer ones are left out, since a cut could take away what tells the texts apart
BATCH = 2_800  # tokens of a batch, padding included
WARM_UP = 0.05
SMOOTHING = 0.02


def encode(tokenizer, pairs):
    """Every pair as the token ids of its two texts and its label."""
    texts = list(dict.fromkeys(text for pair in pairs for text in pair[:2]))
    ids = {}
    for start in range(0, len(texts), 20_000):
        part = texts[start : start + 20_000]
        ids.update(zip(part, (encoding.ids for encoding in tokenizer.encode_batch(part, add_special_tokens=False))))
    return [(ids[a], ids[b], label) for a, b, label, *_ in pairs]


def joined(a, b, marks, longest=LONGEST):
    """`[CLS] a [SEP] b [SEP]`, cut as src/semantic/model/pair-input.ts cuts; and where b begins."""
    start, separator = marks
    room = longest - 3
    if len(a) + len(b) > room:
        half = room // 2
        if len(a) <= half:
            b = b[: room - len(a)]
        elif len(b) <= half:
            a = a[: room - len(b)]
        else:
            a, b = a[:half], b[: room - half]
    return [start, *a, separator, *b, separator], len(a) + 2


def padded(inputs):
    longest = max(len(ids) for ids, _ in inputs)
    ids = torch.zeros(len(inputs), longest, dtype=torch.long)
    sides, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    for row, (tokens, second) in enumerate(inputs):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        sides[row, second : len(tokens)] = 1
        mask[row, : len(tokens)] = 1
    return ids, sides, mask


def batches(lengths, rng):
    """Indices in batches of like length, in random order."""
    order = list(range(len(lengths)))
    rng.shuffle(order)
    made = []
    for start in range(0, len(order), 4096):
        batch, longest = [], 0
        for at in sorted(order[start : start + 4096], key=lengths.__getitem__):
            length = lengths[at]
            if batch and max(longest, length) * (len(batch) + 1) > BATCH:
                made.append(batch)
                batch, longest = [], 0
            batch.append(at)
            longest = max(longest, length)
        made.append(batch)
    rng.shuffle(made)
    return made


@torch.no_grad()
def scores(model, tokenizer, pairs, longest=256):
    """The logits of pairs, in their order."""
    model.eval()
    marks = (tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]"))
    inputs = [joined(a, b, marks, longest) for a, b, _ in encode(tokenizer, pairs)]
    order = sorted(range(len(inputs)), key=lambda at: len(inputs[at][0]))
    found = torch.zeros(len(inputs))
    for start in range(0, len(order), 32):
        part = order[start : start + 32]
        found[part] = model(*padded([inputs[at] for at in part]))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", required=True)
    parser.add_argument("--vocabulary", required=True, type=Path)
    parser.add_argument("--start")
    parser.add_argument("--out", required=True)
    parser.add_argument("--rate", type=float, default=1.2e-4)
    parser.add_argument("--last-rate", type=float, default=0.02, help="the share of the rate that the last batch gets")
    parser.add_argument("--frozen", type=int, default=0, help="how many of the lowest layers stay as they are: two of six make it a quarter faster")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)
    tokenizer = Tokenizer.from_file(str(options.vocabulary / "tokenizer.json"))
    marks = (tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]"))
    pairs = encode(tokenizer, [json.loads(line) for line in Path(options.pairs).read_text(encoding="utf8").splitlines()])
    if options.start:
        model = Encoder.from_state(torch.load(options.start, weights_only=True))
    else:
        model = Encoder.from_minilm(minilm(), json.loads((options.vocabulary / "keep.json").read_text()))
    model.train()
    model.words.weight.requires_grad_(False)  # as MiniLM has them, so that words that training never met keep their meaning
    if options.frozen:
        for part in (model.positions, model.sides, model.norm, *(model.get_submodule(f"layer{index}") for index in range(options.frozen))):
            part.requires_grad_(False)

    head = 1 if options.start else 4
    parts = {"matrix": (1, 0.01, []), "vector": (1, 0, []), "head": (head, 0.01, [])}
    for name, weight in model.named_parameters():
        if weight.requires_grad:
            parts["head" if name.startswith(("pool", "decide")) else "matrix" if weight.ndim > 1 else "vector"][2].append(weight)
    optimizer = torch.optim.AdamW(
        [{"params": weights, "weight_decay": decay, "times": times} for times, decay, weights in parts.values()],
        lr=options.rate, betas=(0.9, 0.98), eps=1e-6, fused=True,
    )

    # Work is counted in tokens, so that the learning rate falls evenly although batches differ.
    pairs = [pair for pair in pairs if len(pair[0]) + len(pair[1]) + 3 <= LONGEST]
    lengths = [len(a) + len(b) + 3 for a, b, _ in pairs]
    plan = batches(lengths, rng)
    began, done, losses = time.monotonic(), 0, []
    for step, batch in enumerate(plan):
        share = step / len(plan)
        rate = options.rate * (share / WARM_UP if share < WARM_UP else max(options.last_rate, (1 - share) / (1 - WARM_UP)))
        for part in optimizer.param_groups:
            part["lr"] = rate * part["times"]
        inputs, labels = [], []
        for at in batch:
            a, b, label = pairs[at]
            inputs.append(joined(*((a, b) if rng.random() < 0.5 else (b, a)), marks))
            labels.append(label)
        target = torch.tensor(labels, dtype=torch.float) * (1 - SMOOTHING) + SMOOTHING / 2
        loss = F.binary_cross_entropy_with_logits(model(*padded(inputs), dropout=0.1), target)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        done += len(batch)
        losses.append(loss.item())
        if step % 100 == 0:
            passed = time.monotonic() - began
            print(f"{step}/{len(plan)} batches, {done} pairs, {passed:.0f} s, {done / passed:.0f} a second, loss {sum(losses[-200:]) / len(losses[-200:]):.4f}", flush=True)
            if step % 500 == 0:
                torch.save(model.state_dict(), options.out)
    torch.save(model.state_dict(), options.out)


if __name__ == "__main__":
    main()
