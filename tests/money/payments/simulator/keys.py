"""Keys of the simulated companies and of the shop, made anew for each run."""

import base64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

V3_KEY = "0123456789abcdef0123456789abcdef"
PUBLIC_KEY_ID = "PUB_KEY_ID_0114232134912410000000000000"
WEBHOOK_SECRET = "whsec_of_the_fair"
APP_ID, MERCHANT_ID = "2021000000000001", "1900000001"
SELLER_ID = "2088000000000001"
APP_SECRET = "secret_of_the_fair"


def make_pair() -> tuple[str, str]:
    """Return a private and a public key in PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


def sign(private_key: str, text: str) -> bytes:
    """Return an RSA signature (PKCS #1 v1.5, SHA-256)."""
    key = serialization.load_pem_private_key(private_key.encode(), password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())


def is_signed(private_key: str, text: str, signature: str) -> bool:
    """Whether who holds this private key has signed a text; signature: in base64."""
    key = serialization.load_pem_private_key(private_key.encode(), password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    try:
        key.public_key().verify(base64.b64decode(signature), text.encode(), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True
