"""Faster-Grad-CAM as its author does it, and Grad-CAM, on the float network: for bench/heat.py.

Before: the features of many pictures in ten clusters by k-means; of each cluster the mean gradient of the network's own
best class by the last map, and its fifty strongest channels. Then, of a view: its cluster, and those channels of the
map times the mean gradients, without a gradient of its own (shinmura0/Faster-Grad-CAM, commit ce0cfe1).
"""

import numpy as np
from madeleine.explain.maps import grad_cam
from madeleine.kpu.compiler import reference
from madeleine.kpu.importers.read_keras import read_keras
from madeleine.pictures import photograph

CLUSTERS, CHANNELS, ROUNDS = 10, 50, 50


class FloatNetwork:
    """Keras' network with its head."""

    def __init__(self, path):
        self._graph = read_keras(path, same_padding=False, head=False)  # cells look where the KPU's do
        self._features = self._graph.features
        self._map = self._graph.node(self._features).inputs[0]
        with np.load(path, allow_pickle=False) as arrays:
            self.head = arrays["conv_preds.kernel"].reshape(-1, arrays["conv_preds.kernel"].shape[-1]).astype(float)

    def see(self, picture):
        """(features (768,), map (768, 7, 7)) of a picture."""
        found = reference.run(self._graph, picture[None], keep={self._features, self._map})
        return found[self._features][0].ravel().astype(float), found[self._map][0].astype(float)

    def grad_cam(self, composite):
        """Grad-CAM of the distance from the nearest example, with a run of its own."""
        return grad_cam(np.frombuffer(composite.example, np.uint8), self.see(composite.picture)[1])


class FasterGradCam:
    """The clusters of a float network's features of some photographs."""

    def __init__(self, network, paths):
        self._network = network
        seen = np.array([network.see(photograph(path))[0] for path in paths])
        self._centres, cluster = k_means(seen, np.random.default_rng(3))
        # The score of a class is features . head, and the features are the means of the map: its gradient by a cell is
        # that class' row of the head over 49, in every cell.
        gradients = network.head[:, (seen @ network.head).argmax(axis=1)].T
        means = [gradients[cluster == number].mean(axis=0) for number in range(CLUSTERS)]
        self._channels = [np.argsort(-np.abs(mean))[:CHANNELS] for mean in means]
        self._weights = [mean[channels] for mean, channels in zip(means, self._channels, strict=True)]
        self._seen = (None, None)

    def ways(self, composite):
        """(name, heat) of a composite."""
        features, maps = self._network.see(composite.picture)
        yield "Faster-Grad-CAM, float network", self._of(features, maps)
        yield "Grad-CAM of the best class, float network", best_class(self._network.head, features, maps)

    def map_of(self, composite):
        """The same, of a view that the network has seen before."""
        if self._seen[0] is not composite:
            self._seen = composite, self._network.see(composite.picture)
        return self._of(*self._seen[1])

    def _of(self, features, maps):
        cluster = int(((self._centres - features) ** 2).sum(axis=1).argmin())
        return np.maximum(np.tensordot(self._weights[cluster], maps[self._channels[cluster]], 1), 0)


def best_class(head, features, maps):
    """Grad-CAM of the class that the network finds most likely."""
    return np.maximum(np.tensordot(head[:, (features @ head).argmax()], maps, 1), 0)


def k_means(vectors, rng):
    """(centres (CLUSTERS, n), cluster of each vector)"""
    centres = vectors[rng.permutation(len(vectors))[:CLUSTERS]].copy()
    for _ in range(ROUNDS):
        cluster = ((vectors[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
        for number in range(CLUSTERS):
            if (cluster == number).any():
                centres[number] = vectors[cluster == number].mean(axis=0)
    return centres, cluster
