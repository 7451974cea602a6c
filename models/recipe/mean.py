"""The mean of the weights of a judge at several points of its training, which errs less than each of them (Izmailov et al., 2018).

    python mean.py --out judge.pt second.pt third.pt
"""

import argparse

import torch


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True)
    parser.add_argument("states", nargs="+")
    options = parser.parse_args()

    states = [torch.load(path, weights_only=True) for path in options.states]
    torch.save({name: sum(state[name] for state in states) / len(states) for name in states[0]}, options.out)


if __name__ == "__main__":
    main()
