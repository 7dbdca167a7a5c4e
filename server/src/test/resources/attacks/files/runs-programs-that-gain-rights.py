# Runs the host's setuid programs, and one that it makes setuid itself.
import shutil, subprocess
def effective(program):
    shutil.copy(program, '/tmp/mine')
    os.chmod('/tmp/mine', 0o6755)
    return subprocess.run(['/tmp/mine', '-u'], capture_output=True, text=True).stdout.strip()
def own(path):
    status = open('/proc/self/status').read()
    wanted = ('NoNewPrivs:\t1', 'CapEff:\t0000000000000000', 'CapPrm:\t0000000000000000', 'CapBnd:\t0000000000000000',
              'CapAmb:\t0000000000000000', 'Seccomp:\t2')
    return [line for line in wanted if line not in status]
lacks = own('/proc/self/status')
as_root = [name for name in ('su', 'sudo', 'newgrp', 'mount', 'pkexec') if os.path.exists(f'/usr/bin/{name}')
           and b'uid=0' in subprocess.run([f'/usr/bin/{name}', '-c', 'id'], capture_output=True, stdin=subprocess.DEVNULL).stdout]
try:
    uid = effective('/usr/bin/id')
except OSError:
    uid = ''
result = pl.DataFrame({'outcome': lacks + as_root + ['uid 0' for _ in [0] if uid == '0'] or ['refused']})
