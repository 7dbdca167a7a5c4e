# Reads what a machine tells of its accounts and secrets.
result = outcomes(reading('/etc/passwd', '/etc/shadow', '/etc/group', '/etc/machine-id', '/etc/hosts', '/etc/resolv.conf',
    '/root/.ssh/id_rsa', '/root/.bash_history', '/root/.aws/credentials', '/run/secrets/token',
    '/var/run/secrets/kubernetes.io/serviceaccount/token', '/var/log/syslog'))
