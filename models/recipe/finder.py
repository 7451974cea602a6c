"""Makes the static vectors that find candidates: one vector a token, the mean of a text's tokens is its vector.

    python finder.py --development FOLDER --vocabulary FOLDER --out static.npy

Each token's vector is MiniLM's output for that token alone, centred, reduced by PCA, weighted by 1e-3 / (1e-3 + its frequency) (SIF: Arora et al.,
2017), then tuned so that questions that ask the same come close (InfoNCE over the batch, with the wrong ones of a group as hard negatives). The
tokens' weights are multiplied in. Prints the recall of an earlier wording on the development stream.
"""

import argparse
import json
import random
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from corpora import corpus, groups, lines
from starting_weights import minilm, model_folder
from tokenizers import Tokenizer

DIMENSIONS = 128
EPOCHS = 4
BATCH = 512
RATE = 1.5e-3
SHARPNESS = 20.0
HOLD = 2.0  # how strongly the vectors are held to where they began


def alone(weights, keep, width=384, heads=12, layers=6):
    """MiniLM's output at every kept token when it stands alone between [CLS] and [SEP], mean over the three places."""
    def linear(x, name):
        return F.linear(x, weights[f"{name}.weight"].float(), weights[f"{name}.bias"].float())

    def norm(x, name):
        return F.layer_norm(x, (width,), weights[f"{name}.weight"].float(), weights[f"{name}.bias"].float(), 1e-12)

    found = []
    for start in range(0, len(keep), 1024):
        ids = torch.tensor([[101, token, 102] for token in keep[start : start + 1024]])
        x = weights["embeddings.word_embeddings.weight"].float()[ids] + weights["embeddings.position_embeddings.weight"].float()[:3]
        x = norm(x + weights["embeddings.token_type_embeddings.weight"].float()[0], "embeddings.LayerNorm")
        for layer in range(layers):
            at = f"encoder.layer.{layer}"
            q, k, v = (linear(x, f"{at}.attention.self.{part}").view(len(ids), 3, heads, -1).transpose(1, 2) for part in ("query", "key", "value"))
            mixed = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(len(ids), 3, width)
            x = norm(x + linear(mixed, f"{at}.attention.output.dense"), f"{at}.attention.output.LayerNorm")
            x = norm(x + linear(F.gelu(linear(x, f"{at}.intermediate.dense")), f"{at}.output.dense"), f"{at}.output.LayerNorm")
        found.append(x.mean(1))
    return torch.cat(found)


class Texts:
    """Texts as bags of token ids."""

    def __init__(self, tokenizer):
        self.tokenizer, self.ids = tokenizer, {}

    def vectors(self, table, texts):
        new = [text for text in dict.fromkeys(texts) if text not in self.ids]
        for text, encoding in zip(new, self.tokenizer.encode_batch(new, add_special_tokens=False)):
            self.ids[text] = encoding.ids or [1]
        ids = [self.ids[text] for text in texts]
        starts = np.cumsum([0] + [len(one) for one in ids[:-1]])
        return F.normalize(F.embedding_bag(torch.tensor([token for one in ids for token in one]), table, torch.tensor(starts), mode="sum"), dim=-1)


def recall(vectors, rows, counts=(1, 4, 8)):
    """Of the queries whose group was asked before in another wording only: the share that has it among the nearest."""
    first, asked, known, wanted = {}, {}, {}, []
    for at, row in enumerate(rows):
        if row["q"] in asked:
            continue
        asked[row["q"]] = at
        if row["group"] in known:
            wanted.append(at)
        known.setdefault(row["group"], at)
        first[at] = row["group"]
    places = np.array(list(first))
    group = np.array([first[at] for at in places])
    hits = dict.fromkeys(counts, 0)
    for start in range(0, len(wanted), 500):
        part = np.array(wanted[start : start + 500])
        scores = vectors[part] @ vectors[places].T
        scores[places[None, :] >= part[:, None]] = -2
        nearest = np.argsort(-scores, axis=1)[:, : max(counts)]
        for row, at in enumerate(part):
            right = group[nearest[row]] == rows[at]["group"]
            for count in counts:
                hits[count] += bool(right[:count].any())
    return {count: f"{hits[count] / len(wanted):.1%}" for count in counts}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--development", required=True)
    parser.add_argument("--vocabulary", required=True, type=Path)
    parser.add_argument("--out", required=True)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    options = parser.parse_args()

    torch.manual_seed(3)
    rng = random.Random(3)
    keep = json.loads((options.vocabulary / "keep.json").read_text())
    texts = Texts(Tokenizer.from_file(str(options.vocabulary / "tokenizer.json")))
    weights = {name.removeprefix("bert."): value for name, value in minilm().items()}
    with torch.no_grad():
        vectors = alone(weights, keep)
        vectors -= vectors.mean(0)
        _, _, axes = torch.linalg.svd(vectors, full_matrices=False)
        vectors = vectors @ axes[:DIMENSIONS].T

    questions = corpus(options.development, "qqp-train.jsonl.gz")
    training = groups("authored-*.jsonl", development=False)
    seen = [text for a, b, _ in questions for text in (a, b)] + [text for group in training for text in (group["q"], *group["same"])]
    counts = torch.ones(len(keep))
    for encoding in texts.tokenizer.encode_batch(seen, add_special_tokens=False):
        for token in encoding.ids:
            counts[token] += 1
    start = vectors * (1e-3 / (1e-3 + counts / counts.sum()))[:, None]
    table = torch.nn.Parameter(start.clone())

    wrong = {}
    for a, b, label in questions:
        if label == 0:
            wrong.setdefault(a, []).append(b)
            wrong.setdefault(b, []).append(a)
    close = [(a, b) for a, b, label in questions if label == 1]
    for name in ("cai-prompts-dev.jsonl", "gptcache-mock.jsonl", "langcache-prompts-dev.jsonl"):
        close += [(a, b) for a, b, label in corpus(options.development, name) if label == 1]
    for group in training:
        alike = [group["q"], *group["same"]]
        close += [(a, b) for at, a in enumerate(alike) for b in alike[at + 1 :]]
        for text in alike:
            wrong[text] = [other["text"] for other in group["different"]]

    stream = list(lines(Path(options.development) / "qqp-stream.jsonl.gz"))
    asked = [row["q"] for row in stream]
    with torch.no_grad():
        print("before tuning", recall(texts.vectors(table, asked).numpy(), stream), flush=True)
    optimizer = torch.optim.Adam([table], lr=RATE)
    for epoch in range(options.epochs):
        rng.shuffle(close)
        batches = len(close) // BATCH
        for at in range(batches):
            pairs = [pair if rng.random() < 0.5 else pair[::-1] for pair in close[at * BATCH : (at + 1) * BATCH]]
            hard = [rng.choice(wrong[a]) for a, _ in pairs if a in wrong]
            left = texts.vectors(table, [a for a, _ in pairs])
            right = texts.vectors(table, [b for _, b in pairs] + hard)
            loss = F.cross_entropy(left @ right.T * SHARPNESS, torch.arange(len(pairs))) + HOLD * ((table - start) ** 2).sum(1).mean()
            for part in optimizer.param_groups:
                part["lr"] = RATE * max(0.05, 1 - (epoch + at / batches) / options.epochs)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            print(f"epoch {epoch + 1}, loss {loss.item():.3f}", recall(texts.vectors(table, asked).numpy(), stream), flush=True)
    np.save(options.out, table.detach().numpy().astype(np.float32))


if __name__ == "__main__":
    main()
