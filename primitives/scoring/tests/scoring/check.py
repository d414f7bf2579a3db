# SPDX-License-Identifier: Apache-2.0
"""Scores masks with other people's programs and prints what they say as JSON.

Usage: check.py FOLDER. FOLDER/cases.json names volumes of one byte per voxel, x fastest, with their size and their
spacing in micrometres. Needs numpy, scipy, SimpleITK and surface-distance.
"""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import SimpleITK as sitk
import surface_distance
from scipy import ndimage

# surface-distance still calls parts of scipy by their older names.
warnings.simplefilter("ignore", DeprecationWarning)
folder = Path(sys.argv[1])


def load(case):
    shape = case["size"][::-1]
    return [np.fromfile(folder / name, np.uint8).reshape(shape) for name in case["masks"]]


def image(array, spacing=(1, 1, 1)):
    result = sitk.GetImageFromArray(array)
    result.SetSpacing([float(step) for step in spacing])
    return result


def edge(mask):
    # As MONAI and MedPy take it: a mask less its erosion by the six neighbours.
    return mask & ~ndimage.binary_erosion(mask)


def compare(case):
    first, second = load(case)
    spacing = case["spacing"]
    measures = sitk.LabelOverlapMeasuresImageFilter()
    # Its target, the second, is the reference.
    measures.Execute(image(second), image(first))
    edges = [edge(first > 0), edge(second > 0)]
    sampling = spacing[::-1]
    there = ndimage.distance_transform_edt(~edges[1], sampling=sampling)[edges[0]]
    back = ndimage.distance_transform_edt(~edges[0], sampling=sampling)[edges[1]]
    both = np.hstack([there, back])
    # HD of SimpleITK is of sets of voxels; given edges, it is of surfaces.
    hausdorff = sitk.HausdorffDistanceImageFilter()
    hausdorff.Execute(*[image(e.astype(np.uint8), spacing) for e in edges])
    surfels = surface_distance.compute_surface_distances(first > 0, second > 0, sampling)
    averages = surface_distance.compute_average_surface_distance(surfels)
    areas = [surfels["surfel_areas_gt"].sum(), surfels["surfel_areas_pred"].sum()]
    ranked = {"q": 95, "method": "inverted_cdf"}
    return {
        "dice": measures.GetDiceCoefficient(),
        "jaccard": measures.GetJaccardCoefficient(),
        "false_negative": measures.GetFalseNegativeError(),
        "hausdorff": hausdorff.GetHausdorffDistance(),
        "hd95": max(np.percentile(there, **ranked), np.percentile(back, **ranked)),
        "average": both.mean(),
        "monai_hd95": max(np.percentile(there, 95), np.percentile(back, 95)),
        "medpy_hd95": np.percentile(both, 95),
        "deepmind_hd95": surface_distance.compute_robust_hausdorff(surfels, 95),
        "deepmind_average": np.average(averages, weights=areas),
        "deepmind_dice": surface_distance.compute_dice_coefficient(first > 0, second > 0),
    }


def staple(masks):
    staple = sitk.STAPLEImageFilter()
    staple.SetForegroundValue(1)
    probability = sitk.GetArrayFromImage(staple.Execute([image(mask) for mask in masks]))
    return probability, staple.GetSensitivity(), staple.GetSpecificity()


def fuse(case):
    masks = load(case)
    marked = np.any(masks, axis=0)
    # The region: what somebody marked, and as many voxels that nobody did.
    decisions = [np.concatenate([mask[marked], np.zeros(marked.sum(), np.uint8)]) for mask in masks]
    probability, sensitivity, specificity = staple([line.reshape(1, 1, -1) for line in decisions])
    consensus = np.zeros(marked.shape, np.uint8)
    consensus[marked] = probability.ravel()[: marked.sum()] > 0.5
    (folder / case["out"]).write_bytes(consensus.tobytes())
    # The smallest box with everything that is marked, which is what people crop to.
    box = ndimage.find_objects(marked.astype(np.uint8))[0]
    boxed = np.zeros(marked.shape, np.uint8)
    boxed[box] = staple([np.ascontiguousarray(mask[box]) for mask in masks])[0] > 0.5
    (folder / case["boxed"]).write_bytes(boxed.tobytes())
    majority = sitk.LabelVoting([image(mask) for mask in masks], 0)
    return {
        "sensitivity": sensitivity,
        "specificity": specificity,
        "majority": int(sitk.GetArrayFromImage(majority).sum()),
    }


cases = json.loads((folder / "cases.json").read_text())
print(json.dumps({
    "pairs": [compare(case) for case in cases["pairs"]],
    "groups": [fuse(case) for case in cases["groups"]],
}))
