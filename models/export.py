"""Writes the shipped model files (format.md says what is in them) from PyTorch weights.

    python export.py judge  --weights judge.pt --vocabulary vocabulary.txt --out judge.bin [--keep keep.json]
    python export.py static --vectors static.npy --vocabulary vocabulary.txt --out static.bin

The judge's weights are the state dict of `Encoder` in encoder.py, as torch.save writes it. `--keep` lists the tokens' ids of the full
vocabulary, in the order of the trimmed one; without it the vocabulary is the full one.
"""

import argparse
import hashlib
import json
import struct
import sys

import numpy as np

MAGIC = b"REPRISEM"
VERSION = 1
ALIGNMENT = 16


def by_row(table):
    """Rows of floats as bytes -127 to 127, and what one step of each row stands for."""
    table = np.asarray(table, np.float32)
    scale = np.abs(table).max(axis=1) / 127
    scale[scale == 0] = 1
    return np.clip(np.rint(table / scale[:, None]), -127, 127).astype(np.int8), scale.astype(np.float32)


def write(path, header, tensors):
    """The file: magic, version, length of the header, SHA-256 of what follows, header, tensors."""
    offset = 0
    header = dict(header, tensors={})
    for name, tensor in tensors.items():
        kind = {"int8": "i8", "float32": "f32"}[str(tensor.dtype)]
        header["tensors"][name] = {"type": kind, "shape": list(tensor.shape), "offset": offset}
        offset += -(-tensor.nbytes // ALIGNMENT) * ALIGNMENT
    text = json.dumps(header, separators=(",", ":")).encode()
    prefix = len(MAGIC) + 8 + 32
    text += b" " * (-(prefix + len(text)) % ALIGNMENT)
    body = bytearray(text)
    for tensor in tensors.values():
        data = np.ascontiguousarray(tensor).astype(tensor.dtype.newbyteorder("<")).tobytes()
        body += data + bytes(-len(data) % ALIGNMENT)
    digest = hashlib.sha256(body).digest()
    with open(path, "wb") as file:
        file.write(MAGIC + struct.pack("<II", VERSION, len(text)) + digest + body)
    return digest.hex()


def vocabulary_header(path):
    with open(path, "rb") as file:
        content = file.read()
    return len(content.decode().rstrip("\n").split("\n")), hashlib.sha256(content).hexdigest()


LINEAR = ("query", "attended", "up", "down")


def judge_tensors(state):
    """The tensors of a judge's file. `state`: float32 arrays by the names of `Encoder`."""
    layers = 1 + max(int(name.split(".")[0][5:]) for name in state if name.startswith("layer"))
    tensors = {}
    for name in ("words", "positions"):
        tensors[f"{name}.weight"], tensors[f"{name}.scale"] = by_row(state[f"{name}.weight"])
    tensors["sides"] = state["sides.weight"]
    tensors["norm.gamma"], tensors["norm.beta"] = state["norm.weight"], state["norm.bias"]
    for layer in range(layers):
        for product in (f"layer{layer}.{name}" for name in LINEAR):
            tensors[f"{product}.weight"], tensors[f"{product}.scale"] = by_row(state[f"{product}.weight"])
            tensors[f"{product}.bias"] = state[f"{product}.bias"]
        for norm in ("norm1", "norm2"):
            tensors[f"layer{layer}.{norm}.gamma"] = state[f"layer{layer}.{norm}.weight"]
            tensors[f"layer{layer}.{norm}.beta"] = state[f"layer{layer}.{norm}.bias"]
    tensors["pool.weight"], tensors["pool.scale"] = by_row(state["pool.weight"])
    tensors["pool.bias"] = state["pool.bias"]
    tensors["decide.weight"], tensors["decide.bias"] = state["decide.weight"].reshape(-1), state["decide.bias"]
    return {name: tensor if tensor.dtype == np.int8 else tensor.astype(np.float32) for name, tensor in tensors.items()}, layers


def export_judge(state, vocabulary, out, keep=None, positions=256):
    """Writes a judge's file and returns its SHA-256."""
    state = {name: np.asarray(value, np.float32) for name, value in state.items()}
    if keep is not None:
        state["words.weight"] = state["words.weight"][keep]
    state["positions.weight"] = state["positions.weight"][:positions]
    words, sha256 = vocabulary_header(vocabulary)
    if words != len(state["words.weight"]):
        raise SystemExit(f"{vocabulary} has {words} tokens, the weights have {len(state['words.weight'])}")
    tensors, layers = judge_tensors(state)
    width = state["words.weight"].shape[1]
    header = {
        "kind": "judge", "layers": layers, "width": width, "heads": width // 32, "inner": len(state["layer0.up.bias"]),
        "words": words, "positions": len(state["positions.weight"]), "vocabulary": sha256,
    }
    return write(out, header, tensors)


def export_static(vectors, vocabulary, out):
    """Writes the file of static vectors, one row a token, weights of the tokens multiplied in, and returns its SHA-256."""
    words, sha256 = vocabulary_header(vocabulary)
    if words != len(vectors):
        raise SystemExit(f"{vocabulary} has {words} tokens, there are {len(vectors)} vectors")
    weight, scale = by_row(vectors)
    header = {"kind": "static", "words": words, "width": vectors.shape[1], "vocabulary": sha256}
    return write(out, header, {"words.weight": weight, "words.scale": scale})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("judge", "static"))
    parser.add_argument("--weights")
    parser.add_argument("--vectors")
    parser.add_argument("--vocabulary", required=True)
    parser.add_argument("--keep")
    parser.add_argument("--out", required=True)
    options = parser.parse_args()

    if options.kind == "static":
        print(export_static(np.load(options.vectors), options.vocabulary, options.out))
        return
    import torch

    state = torch.load(options.weights, map_location="cpu", weights_only=True)
    keep = json.load(open(options.keep, encoding="utf-8")) if options.keep else None
    print(export_judge({name: value.float().numpy() for name, value in state.items()}, options.vocabulary, options.out, keep))


if __name__ == "__main__":
    sys.exit(main())
