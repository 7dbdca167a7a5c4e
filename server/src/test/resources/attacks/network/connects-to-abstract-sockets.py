# CVE-2020-15257 (containerd): sockets without a file are open to whoever shares the network namespace.
def connect(name):
    def act():
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(name)
            return s.recv(100)
    return act
result = outcomes({name: connect('\0' + name) for name in
    (params['abstract'], '/tmp/.X11-unix/X0', '/containerd-shim/x.sock', '/run/systemd/private')}, also=('ECONNREFUSED',))
