"""The judge's network: a BERT encoder of the shape of all-MiniLM-L6-v2 that reads two texts at once, with a head that gives one number."""

import torch
import torch.nn as nn
import torch.nn.functional as F

PRODUCTS = ("query", "attended", "up", "down")


class Layer(nn.Module):
    def __init__(self, width, heads, inner):
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, 3 * width)  # queries, keys and values
        self.attended = nn.Linear(width, width)
        self.up = nn.Linear(width, inner)
        self.down = nn.Linear(inner, width)
        self.norm1 = nn.LayerNorm(width, eps=1e-12)
        self.norm2 = nn.LayerNorm(width, eps=1e-12)

    def forward(self, x, mask=None, through=None):
        """`through(name, linear, input)` stands in for each matrix product; by default it is the product itself."""
        through = through or (lambda _, linear, value: linear(value))
        batch, tokens, width = x.shape
        q, k, v = through("query", self.query, x).view(batch, tokens, 3, self.heads, -1).permute(2, 0, 3, 1, 4).unbind(0)
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).reshape(batch, tokens, width)
        x = self.norm1(x + through("attended", self.attended, mixed))
        return self.norm2(x + through("down", self.down, F.gelu(through("up", self.up, x))))


class Encoder(nn.Module):
    def __init__(self, words, width=384, heads=12, inner=1536, layers=6, positions=256):
        super().__init__()
        self.words = nn.Embedding(words, width)
        self.positions = nn.Embedding(positions, width)
        self.sides = nn.Embedding(2, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.layers = layers
        for index in range(layers):
            self.add_module(f"layer{index}", Layer(width, heads, inner))
        self.pool = nn.Linear(2 * width, width)
        self.decide = nn.Linear(width, 1)

    @staticmethod
    def from_state(state):
        words, width = state["words.weight"].shape
        encoder = Encoder(
            words, width, width // 32, len(state["layer0.up.bias"]),
            1 + max(int(name.split(".")[0][5:]) for name in state if name.startswith("layer")), len(state["positions.weight"]),
        )
        encoder.load_state_dict(state)
        return encoder.eval()

    @staticmethod
    def from_minilm(weights, words=None, positions=256):
        """The encoder of all-MiniLM-L6-v2 with a fresh head. `weights`: its tensors by name; `words`: ids of the tokens to keep."""
        weights = {name.removeprefix("bert."): value.float() for name, value in weights.items()}
        table = weights["embeddings.word_embeddings.weight"]
        encoder = Encoder(len(table if words is None else words), positions=positions)
        state = encoder.state_dict()
        state["words.weight"] = table if words is None else table[words]
        state["positions.weight"] = weights["embeddings.position_embeddings.weight"][:positions]
        state["sides.weight"] = weights["embeddings.token_type_embeddings.weight"]
        names = {"norm": "embeddings.LayerNorm"}
        for layer in range(encoder.layers):
            old, new = f"encoder.layer.{layer}", f"layer{layer}"
            for kind in ("weight", "bias"):
                state[f"{new}.query.{kind}"] = torch.cat([weights[f"{old}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")])
            names |= {
                f"{new}.attended": f"{old}.attention.output.dense", f"{new}.norm1": f"{old}.attention.output.LayerNorm",
                f"{new}.up": f"{old}.intermediate.dense", f"{new}.down": f"{old}.output.dense", f"{new}.norm2": f"{old}.output.LayerNorm",
            }
        for new, old in names.items():
            for kind in ("weight", "bias"):
                state[f"{new}.{kind}"] = weights[f"{old}.{kind}"]
        encoder.load_state_dict(state)
        return encoder.eval()

    def forward(self, ids, sides, mask=None, through=None, dropout=0.0):
        """Logits of a batch. `mask`: 1 for tokens, 0 for padding. `through(name, linear, input)` stands in for the layers' products.
        `dropout`: the share dropped in training, after the embeddings and before the decision only."""
        x = self.norm(self.words(ids) + self.positions.weight[: ids.shape[1]] + self.sides(sides))
        x = F.dropout(x, dropout, self.training)
        seen = None if mask is None else mask[:, None, None, :].bool()
        for index in range(self.layers):
            inside = through and (lambda name, linear, value, index=index: through(f"layer{index}.{name}", linear, value))
            x = self.get_submodule(f"layer{index}")(x, seen, inside)
        if mask is None:
            mean = x.mean(1)
        else:
            weight = mask.unsqueeze(-1).to(x.dtype)
            mean = (x * weight).sum(1) / weight.sum(1)
        pooled = torch.tanh(self.pool(torch.cat([x[:, 0], mean], -1)))
        return self.decide(F.dropout(pooled, dropout, self.training)).squeeze(-1)

    @torch.no_grad()
    def one(self, ids, second, through=None):
        """The logit of one input whose second text begins at `second`."""
        sides = torch.tensor([[0] * second + [1] * (len(ids) - second)])
        return float(self(torch.tensor([ids]), sides, through=through))
