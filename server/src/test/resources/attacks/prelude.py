import contextlib, ctypes, errno, os, signal, socket, struct, sys, threading, time

home, port, server = params['home'], int(params['port']), int(params['server'])
_libc = ctypes.CDLL(None, use_errno=True)
_REFUSALS = {'EPERM', 'EACCES', 'ENOSYS', 'EROFS', 'ENOENT', 'ENXIO', 'ENODEV'}


def syscall(number, *arguments):
    """Call the kernel by number (x86-64)."""
    ctypes.set_errno(0)
    answer = _libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments))
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer


def address(value):
    """Give the address of a buffer, which stays alive."""
    buffer = ctypes.create_string_buffer(value)
    _kept.append(buffer)
    return ctypes.addressof(buffer)


_kept = []


def outcomes(attempts, also=()):
    """Try each; a frame that says `refused`, and what else came of any of them."""
    seen = {}
    for name, act in attempts.items():
        try:
            seen[f'{name}: did {act()!r}'[:200]] = None
        except OSError as error:
            code = errno.errorcode.get(error.errno, str(error))
            seen['refused' if code in _REFUSALS.union(also) else f'{name}: {code}'] = None
    return pl.DataFrame({'outcome': list(seen)})


def reading(*paths):
    """Attempts to read files; one that says nothing is as good as none."""
    def read(path):
        with open(path, 'rb') as file:
            text = file.read(100)
        if not text:
            raise FileNotFoundError(errno.ENOENT, 'nothing to read')
        return text
    return {path: lambda path=path: read(path) for path in paths}


def writing(*paths):
    """Attempts to write files."""
    return {path: lambda path=path: open(path, 'wb', buffering=0).write(b'nerium-was-here') for path in paths}


def while_executing(act):
    """A frame that acts when it is executed, while the files of its table lie in the sandbox."""
    def column(_):
        return pl.Series([act()])
    return scan('default.flowers').select(
        outcome=pl.col('species').map_batches(column, return_dtype=pl.String, returns_scalar=True))


def channel():
    """The worker's end of the conversation with the server."""
    import gc
    from nerium_worker.protocol.channel import Channel
    # A worker keeps what it had when it was ready out of the collector's sight.
    gc.unfreeze()
    return next(each for each in gc.get_objects() if isinstance(each, Channel))


def asking(*asks):
    """Attempts to ask the server, each `(what, fields)`; what it refuses is refused."""
    from nerium_worker.protocol.errors import LakeError
    def ask(what, fields):
        try:
            return channel().ask(what, **fields)[0]
        except LakeError as error:
            raise PermissionError(errno.EPERM, str(error))
    return {f'{what} {fields!r}'[:150]: lambda what=what, fields=fields: ask(what, fields) for what, fields in asks}


def send(header, payload=b''):
    """Send a frame, its header JSON or bytes as they are."""
    import json
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    raw(struct.pack('>II', len(text), len(payload)) + text + payload)


def raw(data):
    """Send bytes."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(channel()._writer._descriptor, rest):]


def forging_files(forge):
    """Lets `forge(path, header)` do what it wants with the staged file and the message that names it."""
    import nerium_worker.output.write as write
    real = write.write
    def forged(*arguments):
        header, payload = real(*arguments)
        forge('/job/out/files/' + header['written']['files'][0]['name'], header)
        return header, payload
    write.write = forged


def forging_result(forge):
    """Lets `forge(header, payload)` replace the message that brings the rows back."""
    import nerium_worker.output.result as module
    import nerium_worker.output.write as write
    real = module.message
    def forged(*arguments):
        return forge(*real(*arguments))
    module.message = write.message = forged


