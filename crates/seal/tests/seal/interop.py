# SPDX-License-Identifier: Apache-2.0
"""The other side of tests/interop.rs, on Tink, pyhpke and cryptography.

One command per call; byte strings are hexadecimal, streams are files.

    stream-seal  KEY AD PLAIN SEALED     stream-open  KEY AD SEALED PLAIN
    stream-vector KEY AD PLAINTEXT       hpke-wrap    PUBLIC INFO KEY
    hpke-unwrap  PRIVATE INFO WRAPPED

Needs: pip install tink pyhpke cryptography
"""

import hashlib
import io
import sys


def stream_primitive(key):
    """Tink's AES256_GCM_HKDF_1MB with the given key value."""
    import tink
    from tink import cleartext_keyset_handle, streaming_aead
    from tink.proto import aes_gcm_hkdf_streaming_pb2, common_pb2, tink_pb2

    streaming_aead.register()
    value = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingKey(
        version=0,
        key_value=key,
        params=aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingParams(
            ciphertext_segment_size=1 << 20,
            derived_key_size=32,
            hkdf_hash_type=common_pb2.SHA256,
        ),
    )
    keyset = tink_pb2.Keyset(primary_key_id=1)
    entry = keyset.key.add()
    entry.key_id = 1
    entry.status = tink_pb2.ENABLED
    entry.output_prefix_type = tink_pb2.RAW
    entry.key_data.type_url = (
        "type.googleapis.com/google.crypto.tink.AesGcmHkdfStreamingKey"
    )
    entry.key_data.value = value.SerializeToString()
    entry.key_data.key_material_type = tink_pb2.KeyData.SYMMETRIC
    handle = cleartext_keyset_handle.read(
        tink.BinaryKeysetReader(keyset.SerializeToString())
    )
    return handle.primitive(streaming_aead.StreamingAead)


def stream_seal(key, ad, source, target):
    with open(source, "rb") as plain, open(target, "wb") as sealed:
        with stream_primitive(key).new_encrypting_stream(sealed, ad) as stream:
            stream.write(plain.read())


def stream_open(key, ad, source, target):
    with open(source, "rb") as sealed, open(target, "wb") as plain:
        with stream_primitive(key).new_decrypting_stream(sealed, ad) as stream:
            plain.write(io.BufferedReader(stream).read())


def stream_vector(key, ad, plain):
    """One segment, with the synthetic salt, from the definition in src/stream.rs."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    label = b"contour/v1/stream: synthetic salt and nonce prefix"
    info = hashlib.sha256(plain).digest() + ad
    synthetic = HKDF(SHA256(), 39, label, info).derive(key)
    salt, prefix = synthetic[:32], synthetic[32:]
    derived = HKDF(SHA256(), 32, salt, ad).derive(key)
    sealed = AESGCM(derived).encrypt(prefix + bytes([0, 0, 0, 0, 1]), plain, None)
    return b"\x28" + synthetic + sealed


def hpke_suite():
    from pyhpke import AEADId, CipherSuite, KDFId, KEMId

    return CipherSuite.new(
        KEMId.DHKEM_X25519_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES256_GCM
    )


def hpke_wrap(public, info, key):
    suite = hpke_suite()
    recipient = suite.kem.deserialize_public_key(public)
    enc, sender = suite.create_sender_context(recipient, info)
    return enc + sender.seal(key)


def hpke_unwrap(private, info, wrapped):
    suite = hpke_suite()
    recipient = suite.kem.deserialize_private_key(private)
    context = suite.create_recipient_context(wrapped[:32], recipient, info)
    return context.open(wrapped[32:])


def main():
    command, *arguments = sys.argv[1:]
    if command in ("stream-seal", "stream-open"):
        key, ad, source, target = arguments
        run = stream_seal if command == "stream-seal" else stream_open
        run(bytes.fromhex(key), bytes.fromhex(ad), source, target)
        return
    run = {
        "stream-vector": stream_vector,
        "hpke-wrap": hpke_wrap,
        "hpke-unwrap": hpke_unwrap,
    }[command]
    print(run(*(bytes.fromhex(argument) for argument in arguments)).hex())


if __name__ == "__main__":
    main()
