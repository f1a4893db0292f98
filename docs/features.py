"""Features and labels outside of Madeleine: a notebook in cells (Jupyter and VS Code read the marks), or a program.

    madeleine teach photographs --export features.npz
    python docs/features.py features.npz

It needs numpy alone. With scikit-learn the third cell is two lines:

    layer = sklearn.linear_model.RidgeClassifier(alpha=0.03, fit_intercept=False).fit(unit[known], labels[known])
    named = layer.predict(unit[new])
"""

# %% What is in the file: a row for each picture
import sys

import numpy as np

with np.load(sys.argv[1] if len(sys.argv) > 1 else "features.npz") as found:
    features, labels, new = found["features"], found["labels"], found["held_out"]
known = ~new
classes = np.unique(labels)
print(f"{len(features)} pictures of {', '.join(classes)}; {np.count_nonzero(new)} are kept back")

# %% Only the direction of a vector counts: bright or dark, the thing is the same
unit = features / np.linalg.norm(features, axis=1, keepdims=True).clip(1)

# %% A new layer by least squares: one row of weights a class
targets = (labels[known][:, None] == classes).astype(float)
weights = np.linalg.solve(unit[known].T @ unit[known] + 0.03 * np.eye(unit.shape[1]), unit[known].T @ targets)
named = classes[(unit[new] @ weights).argmax(axis=1)]
print(f"the layer names {np.mean(named == labels[new]):.0%} of them right")

# %% Who is nearest, as the camera does it
nearest = labels[known][(unit[new] @ unit[known].T).argmax(axis=1)]
print(f"the nearest picture names {np.mean(nearest == labels[new]):.0%} of them right")
