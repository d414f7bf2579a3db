# SPDX-License-Identifier: Apache-2.0
"""What pydicom says of DICOM files: where the pixels are, and the identity.

Reads paths from standard input, one per line, and prints one line of JSON per path. Needs pydicom.

    find folder -type f | python3 pydicom_layouts.py
"""

import io
import json
import sys
import warnings

import pydicom
from pydicom.errors import InvalidDicomError

PIXELS = (0x7FE00008, 0x7FE00009, 0x7FE00010)
DEFLATED = ("1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205")
IDENTITY = {
    "sopClass": 0x00080016,
    "sopInstance": 0x00080018,
    "study": 0x0020000D,
    "series": 0x0020000E,
    "modality": 0x00080060,
}


def text(element):
    if element is None or not element.value:
        return None
    value = element.value if isinstance(element.value, bytes) else str(element.value).encode()
    return value.decode("latin-1").strip("\0 ") or None


def describe(path):
    said = {"path": path, "plain": None, "error": None, "warnings": [], "pixels": [], "short": False}
    try:
        pydicom.dcmread(path, stop_before_pixels=True)
    except InvalidDicomError:
        said["plain"] = "InvalidDicomError"
    except Exception as error:
        said["plain"] = f"{type(error).__name__}: {error}"
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            # From memory: a file by its name is closed before values are asked for.
            with open(path, "rb") as file:
                data = pydicom.dcmread(io.BytesIO(file.read()), force=True)
        except Exception as error:
            said["error"] = f"{type(error).__name__}: {error}"
            return said
        finally:
            said["warnings"] = [str(warning.message) for warning in caught]
    syntax = data.file_meta.get_item(0x00020010) if data.file_meta else None
    said["transferSyntax"] = text(syntax)
    said["deflated"] = said["transferSyntax"] in DEFLATED
    said["elements"] = len(data)
    for tag in PIXELS:
        if tag not in data:
            continue
        raw = data.get_item(tag)
        value = raw.value or b""
        start = raw.value_tell if hasattr(raw, "value_tell") else raw.file_tell
        if raw.length not in (0xFFFFFFFF, len(value)):
            said["short"] = True
        if value:
            said["pixels"].append([start, start + len(value)])
    said["pixels"].sort()
    for name, tag in IDENTITY.items():
        said[name] = text(data.get_item(tag)) if tag in data else None
    for name, tag in (("sopClass", 0x00020002), ("sopInstance", 0x00020003)):
        if said[name] is None and data.file_meta and tag in data.file_meta:
            said[name] = text(data.file_meta.get_item(tag))
    return said


def main():
    for line in sys.stdin:
        path = line.rstrip("\n")
        try:
            said = describe(path)
        except Exception as error:  # a damaged element that fails only when it is asked for
            said = {"path": path, "plain": None, "error": f"{type(error).__name__}: {error}"}
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
