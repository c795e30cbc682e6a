#!/usr/bin/env python3
"""A stranger's eye on what a ledger hands out: checks tiles and proofs; cosigns as a witness, and
signs as a log that lies.

    auditor.py tiles DIR KEY [CHECKPOINT]...   recomputes everything in an exported folder; the further
                                               checkpoints must be of beginnings of the same log
    auditor.py proof FILE KEY [WITNESSKEY]...  checks a proof file
    auditor.py witness-key NAME SEED           prints the verifier key of a witness made from a word
    auditor.py cosign NOTE NAME SEED TIME      prints its signature line under a checkpoint
    auditor.py log-key NAME SEED               prints the verifier key of a log made from a word
    auditor.py lone FILE NAME SEED             prints a proof file of that log, which holds the record
                                               of another proof file and nothing else

Written from the specifications alone (RFC 6962, RFC 8032, C2SP signed-note, tlog-checkpoint,
tlog-cosignature, tlog-tiles, tlog-proof), with nothing but Python's standard library, so that it
shares neither code nor libraries with what it checks. It is slow and plain on purpose.
"""
import base64
import hashlib
import os
import re
import sys


class Wrong(Exception):
    pass


def require(condition, what):
    if not condition:
        raise Wrong(what)


# ---- Ed25519 (RFC 8032, 5.1) -------------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def recover_x(y, sign):
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    require((x * x - x2) % P == 0 and y < P and not (x == 0 and sign), "no point of the curve")
    return P - x if x % 2 != sign else x


def add(a, b):
    """Points as (X, Y, Z, T)."""
    e, f = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    g, h = 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    e, f, g, h = f - e, h - g, h + g, f + e
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def pack(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def unpack(data):
    number = int.from_bytes(data, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    x = recover_x(y, sign)
    return x, y, 1, x * y % P


def number_of(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % ORDER


def secret_of(seed):
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254
    return scalar, digest[32:]


def sign(seed, message):
    scalar, prefix = secret_of(seed)
    public = pack(times(scalar, BASE))
    r = number_of(prefix, message)
    point = pack(times(r, BASE))
    s = (r + number_of(point, public, message) * scalar) % ORDER
    return point + s.to_bytes(32, "little")


def verifies(public, message, signature):
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= ORDER:
        return False
    try:
        key, point = unpack(public), unpack(signature[:32])
    except Wrong:
        return False
    h = number_of(signature[:32], public, message)
    return pack(times(s, BASE)) == pack(add(point, times(h, key)))


# ---- Keys, notes, checkpoints (C2SP) -----------------------------------------------------------

def from_base64(text):
    data = base64.b64decode(text, validate=True)
    require(base64.b64encode(data).decode() == text, "base64 in another form")
    return data


def key_id(name, typed_key):
    return hashlib.sha256(name.encode() + b"\n" + typed_key).digest()[:4]


def read_key(text):
    name, identity, data = text.split("+", 2)
    typed_key = from_base64(data)
    require(key_id(name, typed_key).hex() == identity, "the key's id is not that of its bytes")
    require(len(typed_key) == 33 and typed_key[0] in (1, 4), "a key of unknown type")
    return name, typed_key


def check_signature(text, lines, key):
    """That `key` has signed the text, in the first of its lines; its time where it is a witness."""
    name, typed_key = key
    for line in lines:
        found = re.fullmatch("— (\\S+) (\\S+)", line)
        require(found, "a line behind the text is no signature")
        signature = from_base64(found[2])
        if found[1] != name or signature[:4] != key_id(name, typed_key):
            continue
        signature, message, time = signature[4:], text, None
        if typed_key[0] == 4:
            time, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            message = f"cosignature/v1\ntime {time}\n" + text
        require(verifies(typed_key[1:], message.encode(), signature), f"{name} signed another text")
        return time
    raise Wrong(f"{name} has not signed this")


def read_checkpoint(note, key, witnesses=()):
    """(size, root) that the log and the witnesses have signed."""
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    lines = signatures.split("\n")
    require(lines.pop() == "", "the note does not end in a newline")
    for signer in (key, *witnesses):
        check_signature(text, lines, signer)
    origin, size, root = text.split("\n")[:3]
    require(origin == key[0], "a checkpoint of another log")
    require(str(int(size)) == size, "the size is not a decimal number")
    require(len(from_base64(root)) == 32, "the root is not a hash")
    return int(size), from_base64(root)


# ---- The tree (RFC 6962, 2.1) ------------------------------------------------------------------

def leaf(record):
    return hashlib.sha256(b"\0" + record).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def split(n):
    """The largest power of two below n."""
    return 1 << (n - 1).bit_length() - 1


def root_of(hashes):
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return node(root_of(hashes[:k]), root_of(hashes[k:]))


def root_from_path(index, size, start, path):
    """The root that an audit path of leaf `index` leads to; takes its hashes off the end."""
    if size == 1:
        return start
    require(path, "the proof is too short")
    beside, k = path.pop(), split(size)
    if index < k:
        return node(root_from_path(index, k, start, path), beside)
    return node(beside, root_from_path(index - k, size - k, start, path))


# ---- Tiles (C2SP tlog-tiles) -------------------------------------------------------------------

def tile_name(kind, index, width):
    digits = [f"{index % 1000:03}"]
    while index := index // 1000:
        digits.insert(0, f"x{index % 1000:03}")
    return f"tile/{kind}/" + "/".join(digits) + (f".p/{width}" if width < 256 else "")


def read(folder, name, taken):
    taken.add(name)
    with open(os.path.join(folder, name), "rb") as file:
        return file.read()


def read_bundle(data, width):
    records, at = [], 0
    for _ in range(width):
        size = int.from_bytes(data[at:at + 2], "big")
        records.append(data[at + 2:at + 2 + size])
        require(size and len(records[-1]) == size, "an entry bundle ends too early")
        at += 2 + size
    require(at == len(data), "an entry bundle goes on behind its last entry")
    return records


def check_level(folder, level, hashes, taken):
    """Compares the tiles of a level; returns the hashes of the level above."""
    above = []
    for begin in range(0, len(hashes), 256):
        mine = hashes[begin:begin + 256]
        name = tile_name(level, begin // 256, len(mine))
        require(read(folder, name, taken) == b"".join(mine), f"{name} is not what the records give")
        if len(mine) == 256:
            above.append(root_of(mine))
    return above


def check_leftovers(folder, taken):
    """Whatever else is there must be a partial file that begins the larger one beside it."""
    for path, _, names in os.walk(folder):
        for name in names:
            name = os.path.relpath(os.path.join(path, name), folder)
            if name in taken:
                continue
            found = re.fullmatch(r"(tile/.*)\.p/([1-9]\d*)", name)
            require(found and int(found[2]) < 256, f"{name} does not belong here")
            larger = [other for other in taken if other == found[1] or
                      other.startswith(found[1] + ".p/") and int(other.split("/")[-1]) > int(found[2])]
            require(larger, f"{name} is larger than the checkpoint says")
            small, large = read(folder, name, set()), read(folder, larger[0], set())
            require(large.startswith(small) and small, f"{name} is no beginning of {larger[0]}")
            if not name.startswith("tile/entries/"):
                require(len(small) == 32 * int(found[2]), f"{name} is not as wide as it says")


def check_tiles(folder, key, checkpoints):
    taken = {"checkpoint"}
    size, root = read_checkpoint(read(folder, "checkpoint", taken).decode(), key)
    leaves = []
    for begin in range(0, size, 256):
        name = tile_name("entries", begin // 256, min(256, size - begin))
        leaves += map(leaf, read_bundle(read(folder, name, taken), min(256, size - begin)))
    level, hashes = 0, leaves
    while hashes:
        hashes = check_level(folder, level, hashes, taken)
        level += 1
    require(root_of(leaves) == root, "the root of the checkpoint is not that of the records")
    for name in checkpoints:
        with open(name, encoding="utf-8") as file:
            old_size, old_root = read_checkpoint(file.read(), key)
        require(old_size <= size and root_of(leaves[:old_size]) == old_root,
                f"{name} is of another history")
        for kind in ("entries", *range(8)):  # C2SP tlog-tiles: of every checkpoint
            count = old_size if kind == "entries" else old_size >> 8 * kind
            names = {tile_name(kind, count // 256, count % 256), tile_name(kind, count // 256, 256)}
            require(count % 256 == 0 or any(os.path.exists(os.path.join(folder, n)) for n in names),
                    f"level {kind} of {name} is missing")
    check_leftovers(folder, taken)
    return f"{size} records, {len(taken)} files"


def check_proof(text, key, witnesses):
    head, _, note = text.partition("\n\n")
    first, extra, index, *path = head.split("\n")
    require(first == "c2sp.org/tlog-proof@v1", "no proof file")
    require(extra.startswith("extra ") and index.startswith("index "), "no proof file")
    index, path = int(index[6:]), [from_base64(line) for line in path]
    require(all(len(item) == 32 for item in path), "a line of the proof is no hash")
    size, root = read_checkpoint(note, key, witnesses)
    require(index < size, "a position beyond the checkpoint")
    record = from_base64(extra[6:])
    path_root = root_from_path(index, size, leaf(record), path)
    require(path_root == root and not path, "the record does not stand there")
    return f"position {index} of {size} records"


def signer(word, key_type):
    seed = hashlib.sha256(word.encode()).digest()
    return seed, key_type + pack(times(secret_of(seed)[0], BASE))


def key_text(name, typed_key):
    return f"{name}+{key_id(name, typed_key).hex()}+" + base64.b64encode(typed_key).decode()


def signature_line(name, typed_key, signature):
    return f"— {name} " + base64.b64encode(key_id(name, typed_key) + signature).decode()


def cosign(path, name, word, time):
    with open(path, encoding="utf-8", newline="") as file:
        text = file.read().rpartition("\n\n")[0] + "\n"
    seed, typed_key = signer(word, b"\4")
    signature = sign(seed, f"cosignature/v1\ntime {time}\n{text}".encode())
    return signature_line(name, typed_key, int(time).to_bytes(8, "big") + signature)


def lone(path, name, word):
    with open(path, encoding="utf-8", newline="") as file:
        extra = file.read().split("\n")[1]
    seed, typed_key = signer(word, b"\1")
    root = base64.b64encode(leaf(from_base64(extra[6:]))).decode()
    text = f"{name}\n1\n{root}\n"
    return (f"c2sp.org/tlog-proof@v1\n{extra}\nindex 0\n\n{text}\n"
            + signature_line(name, typed_key, sign(seed, text.encode())))


def main():
    command, *words = sys.argv[1:]
    try:
        if command == "tiles":
            print("checked:", check_tiles(words[0], read_key(words[1]), words[2:]))
        elif command == "proof":
            with open(words[0], encoding="utf-8", newline="") as file:
                keys = [read_key(word) for word in words[1:]]
                print("checked:", check_proof(file.read(), keys[0], keys[1:]))
        elif command == "witness-key":
            print(key_text(words[0], signer(words[1], b"\4")[1]))
        elif command == "cosign":
            print(cosign(*words))
        elif command == "log-key":
            print(key_text(words[0], signer(words[1], b"\1")[1]))
        elif command == "lone":
            print(lone(*words))
        else:
            sys.exit(__doc__)
    except (Wrong, ValueError, OSError) as error:
        print(f"WRONG: {error}")
        sys.exit(1)


if __name__ == "__main__":
    main()
