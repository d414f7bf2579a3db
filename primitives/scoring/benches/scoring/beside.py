# SPDX-License-Identifier: Apache-2.0
"""Does what the benchmark measures with other people's programs, on one core.

Usage: beside.py FOLDER WIDTH HEIGHT DEPTH READER.... Readers are volumes of one byte per voxel, x fastest, a millimetre
apart, and so is FOLDER/elsewhere.raw. For each line on stdin, the name of a job, one line of JSON on stdout. Needs numpy, scipy, SimpleITK and
surface-distance.
"""

import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import SimpleITK as sitk
import surface_distance
from scipy import ndimage

# surface-distance still calls parts of scipy by their older names.
warnings.simplefilter("ignore", DeprecationWarning)
sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
folder, shape = Path(sys.argv[1]), tuple(map(int, sys.argv[4:1:-1]))
masks = [np.fromfile(folder / name, np.uint8).reshape(shape) for name in sys.argv[5:]]
booleans = [mask > 0 for mask in masks]
elsewhere = np.fromfile(folder / "elsewhere.raw", np.uint8).reshape(shape) > 0
majority = sum(mask.astype(np.uint8) for mask in masks) * 2 > len(masks)
images = [sitk.GetImageFromArray(mask) for mask in masks]
box = ndimage.find_objects(np.any(masks, axis=0).astype(np.uint8))[0]
boxed = [sitk.GetImageFromArray(np.ascontiguousarray(mask[box])) for mask in masks]


def distance(others):
    found = []
    for mask in others:
        surfels = surface_distance.compute_surface_distances(majority, mask, (1.0, 1.0, 1.0))
        hd95 = surface_distance.compute_robust_hausdorff(surfels, 95)
        found.append([surface_distance.compute_dice_coefficient(majority, mask), hd95])
    return found


def overlap():
    return [surface_distance.compute_dice_coefficient(majority, mask) for mask in booleans]


def fuse(volumes):
    staple = sitk.STAPLEImageFilter()
    staple.SetForegroundValue(1)
    probability = staple.Execute(volumes)
    return [int((sitk.GetArrayViewFromImage(probability) > 0.5).sum()), staple.GetElapsedIterations()]


jobs = {
    "distance": lambda: distance(booleans),
    "elsewhere": lambda: distance([elsewhere]),
    "overlap": overlap,
    "staple": lambda: fuse(images),
    "staple_boxed": lambda: fuse(boxed),
}
for line in sys.stdin:
    begun = time.perf_counter()
    found = jobs[line.strip()]()
    print(json.dumps({"seconds": time.perf_counter() - begun, "found": found}), flush=True)
