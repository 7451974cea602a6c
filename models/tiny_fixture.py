"""Writes a judge and static vectors of a few kilobytes with random weights, and what PyTorch makes of them, for the tests of the run-time.

    python tiny_fixture.py ../test/semantic/model/tiny

It goes through the exporter, so the tests hold the exporter, the format and the run-time together.
"""

import json
import os
import sys

import numpy as np
import torch

from encoder import PRODUCTS, Encoder
from export import by_row, export_judge, export_static

WORDS = """[PAD] [UNK] [CLS] [SEP] [MASK] ? . , how do i turn on off the dark mode light screen is it not a b c d e f ##s ##ing ##ed warm up
please what when open close file files""".split()
POSITIONS = 72


def main(folder):
    os.makedirs(folder, exist_ok=True)
    vocabulary = os.path.join(folder, "vocabulary.txt")
    with open(vocabulary, "w", encoding="utf-8") as file:
        file.write("\n".join(WORDS) + "\n")

    torch.manual_seed(11)
    encoder = Encoder(len(WORDS), width=64, heads=2, inner=96, layers=2, positions=POSITIONS).eval()
    with torch.no_grad():
        for name, parameter in encoder.named_parameters():
            # far from the even weights that a fresh layer has, norms and biases too
            parameter.copy_(torch.randn_like(parameter) * (0.15 if parameter.dim() > 1 else 0.3) + ("norm" in name and name.endswith("weight")))
        encoder.decide.weight.mul_(4)
    random = np.random.default_rng(5)
    cases = [
        ([int(each) for each in random.integers(0, len(WORDS), length)], int(random.integers(0, length + 1)))
        for length in range(1, POSITIONS + 1)
    ]
    with torch.no_grad():
        encoder.decide.bias.sub_(float(np.median([encoder.one(*case) for case in cases])))   # verdicts of both kinds
    export_judge({name: value.numpy() for name, value in encoder.state_dict().items()}, vocabulary, os.path.join(folder, "judge.bin"), positions=POSITIONS)

    # the network with the weights that are in the file, computed in 64-bit floats
    def as_stored(tensor):
        weight, scale = by_row(tensor.detach().numpy())
        return torch.tensor(weight.astype(np.float64) * scale[:, None])

    stored = Encoder.from_state(encoder.state_dict()).double()
    names = ["words", "positions", "pool"] + [f"layer{layer}.{name}" for layer in range(2) for name in PRODUCTS]
    with torch.no_grad():
        for name in names:
            stored.get_submodule(name).weight.copy_(as_stored(encoder.get_submodule(name).weight))
    inputs = [{"ids": ids, "second": second, "logit": stored.one(ids, second)} for ids, second in cases]

    vectors = random.normal(size=(len(WORDS), 128)).astype(np.float32)
    export_static(vectors, vocabulary, os.path.join(folder, "static.bin"))
    weight, scale = by_row(vectors)
    total = (weight.astype(np.float64) * scale[:, None])[[WORDS.index(word) for word in ("dark", "mode", "##s", "?")]].sum(axis=0)
    with open(os.path.join(folder, "expected.json"), "w", encoding="utf-8") as file:
        json.dump({"judge": inputs, "static": {"text": "Dark MODES?", "vector": (total / np.linalg.norm(total)).tolist()}}, file)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
