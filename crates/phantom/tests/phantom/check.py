# SPDX-License-Identifier: Apache-2.0
"""Reads a phantom with other people's programs and prints what they see as JSON.

Usage: check.py FOLDER. Needs highdicom, nibabel, numpy, pydicom and SimpleITK; pydicom-seg is used
when it works with the pydicom that is there.
"""

import json
import sys
from pathlib import Path

import highdicom
import nibabel
import numpy as np
import pydicom
import SimpleITK as sitk

folder = Path(sys.argv[1])
slices = [pydicom.dcmread(path) for path in sorted((folder / "mr").glob("*.dcm"))]
reader = sitk.ImageSeriesReader()
reader.SetFileNames(sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder / "mr")))
images = reader.Execute()
truth = nibabel.load(folder / "truth.nii.gz")
mask = np.asarray(truth.dataobj).transpose(2, 1, 0)
itk_truth = sitk.ReadImage(str(folder / "truth.nii.gz"))


def place(image):
    return [image.GetSize(), image.GetSpacing(), image.GetOrigin(), image.GetDirection()]


def near(a, b, limit=1e-4):
    return bool(np.allclose(np.hstack(a), np.hstack(b), atol=limit, rtol=0))


# DICOM's affine by the formula of PS3.3 C.7.6.2.1.1, turned to NIfTI's axes.
first, last = slices[0], slices[-1]
orientation = np.array(first.ImageOrientationPatient, float).reshape(2, 3)
rows, columns = map(float, first.PixelSpacing)
origin = np.array(first.ImagePositionPatient, float)
step = (np.array(last.ImagePositionPatient, float) - origin) / (len(slices) - 1)
affine = np.eye(4)
affine[:3, :] = np.column_stack([orientation[0] * columns, orientation[1] * rows, step, origin])
affine[:2, :] *= -1

segmentations = []
for path in [folder / "truth.dcm", *sorted((folder / "readers").glob("*.dcm"))]:
    seg = highdicom.seg.segread(path)
    volume = seg.get_volume(combine_segments=True)
    by_images = seg.get_pixels_by_source_instance(
        [uid for uid in (s.SOPInstanceUID for s in slices) if any(
            uid == i.ReferencedSOPInstanceUID
            for i in seg.ReferencedSeriesSequence[0].ReferencedInstanceSequence)],
        combine_segments=True,
    )
    plain = pydicom.dcmread(path)
    found = {
        "path": str(path.relative_to(folder)),
        "highdicom": int((volume.array > 0).sum()),
        "highdicom_by_images": int((by_images > 0).sum()),
        "pydicom": int(plain.pixel_array.sum()),
    }
    # highdicom's volumes run over slices, rows, columns, in DICOM's coordinates.
    index = np.argwhere(volume.array > 0)
    points = volume.map_indices_to_reference(index)
    to_images = np.linalg.inv(affine) @ np.vstack(
        [points.T * np.array([[-1], [-1], [1]]), np.ones(len(points))])
    whole = np.rint(to_images[:3]).astype(int)
    found["on_the_images_grid"] = bool(np.abs(to_images[:3] - whole).max() < 1e-3)
    inside = mask[whole[2], whole[1], whole[0]] > 0
    found["common"] = int(inside.sum())
    try:
        import pydicom_seg

        result = pydicom_seg.SegmentReader().read(plain)
        image = result.segment_image(1)
        found["pydicom_seg"] = int(sitk.GetArrayFromImage(image).sum())
        corner = images.TransformPhysicalPointToContinuousIndex(image.GetOrigin())
        found["pydicom_seg_on_grid"] = near(corner, np.rint(corner), 1e-3)
    except Exception as error:
        found["pydicom_seg_error"] = f"{type(error).__name__}: {error}"
    segmentations.append(found)

print(json.dumps({
    "slices": len(slices),
    "images_readable": images.GetPixelID() == sitk.sitkUInt16,
    "nifti_voxels": int((mask > 0).sum()),
    "nifti_affine_agrees": near(truth.affine, affine),
    "nifti_qform_agrees": near(truth.get_qform(), truth.get_sform()),
    "nifti_codes": [int(truth.header["sform_code"]), int(truth.header["qform_code"])],
    "itk_places_agree": all(near(a, b) for a, b in zip(place(images), place(itk_truth))),
    "segmentations": segmentations,
}))
