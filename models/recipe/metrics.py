"""How well scores tell label 1 from label 0."""

import numpy as np


def auc(labels, scores):
    """The chance that a pair of label 1 scores above one of label 0; equal scores count half."""
    labels, scores = np.asarray(labels), np.asarray(scores, float)
    order = np.argsort(scores, kind="stable")
    _, inverse, counts = np.unique(scores[order], return_inverse=True, return_counts=True)
    ranks = np.empty(len(scores))
    ranks[order] = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    positive = labels.sum()
    negative = len(labels) - positive
    return (ranks[labels == 1].sum() - positive * (positive + 1) / 2) / (positive * negative)


def hits_at(labels, scores, false_hits):
    """The share of label 1 above the lowest threshold at which at most `false_hits` of label 0 are."""
    labels, scores = np.asarray(labels), np.asarray(scores, float)
    negatives = np.sort(scores[labels == 0])[::-1]
    allowed = int(false_hits * len(negatives) + 1e-9)
    cut = negatives[allowed] if allowed < len(negatives) else -np.inf
    return float((scores[labels == 1] > cut).mean())
