# Speaks to services of the host that listen at a path.
def connect(path):
    def act():
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(path)
    return act
result = outcomes({path: connect(path) for path in (f'{home}/canary.sock', '/run/docker.sock', '/var/run/docker.sock',
    '/run/containerd/containerd.sock', '/run/dbus/system_bus_socket', '/run/systemd/private', '/run/user/0/bus')})
