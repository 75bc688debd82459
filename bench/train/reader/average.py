"""Average the weights of runs that went on from one another (model soups, Wortsman et al. 2022).

    python -m bench.train.reader.average OUT RUN SHARE [RUN SHARE …]

The shares add up to 1. What one run learned last and another had forgotten is kept by halves, at no cost when reading.
"""

import argparse
from pathlib import Path

import torch


def main() -> None:
    """Write the checkpoint of the average."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("runs", nargs="+", metavar="RUN SHARE")
    arguments = parser.parse_args()
    shares = [float(share) for share in arguments.runs[1::2]]
    if len(arguments.runs) % 2 or abs(sum(shares) - 1) > 1e-6:
        parser.error("name each run with its share; the shares add up to 1")
    states = [torch.load(Path(run) / "checkpoint.pt") for run in arguments.runs[::2]]
    weights = [
        sum(share * tensor for share, tensor in zip(shares, tensors, strict=True))
        for tensors in zip(*(state["master"] for state in states), strict=True)
    ]
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.save({**states[-1], "master": weights}, arguments.out / "checkpoint.pt")


if __name__ == "__main__":
    main()
