package dev.nerium.cli.client;

import dev.nerium.cli.shell.CliException;
import java.net.URI;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** The message about a TLS connection that could not be opened. */
final class TlsProblem {
    private TlsProblem() {}

    static CliException of(URI url, SSLException e) {
        List<Throwable> causes = Stream.<Throwable>iterate(e, Objects::nonNull, Throwable::getCause)
                .toList();
        if (first(causes, CertificateExpiredException.class).isPresent()) {
            return refused(
                    url, "it has expired, or one of its issuers has", "let the operator of the server renew it.");
        }
        if (first(causes, CertificateNotYetValidException.class).isPresent()) {
            return refused(url, "it is not valid yet", "check the clocks of this machine and of the server.");
        }
        if (first(causes, CertPathBuilderException.class).isPresent()
                || first(causes, CertPathValidatorException.class).isPresent()) {
            return refused(
                    url,
                    "it was not issued by an authority that this command accepts",
                    "give the certificate of its authority with --ca-file or NERIUM_CA_FILE.");
        }
        Optional<CertificateException> other = first(causes, CertificateException.class);
        if (other.isPresent()) {
            return refused(
                    url, String.valueOf(other.get().getMessage()), "use a URL with a name that the certificate has.");
        }
        return e instanceof SSLHandshakeException
                ? new CliException("the TLS handshake with " + url + " failed", String.valueOf(e.getMessage()), "")
                : new CliException(
                        "the TLS connection to " + url + " failed",
                        String.valueOf(e.getMessage()),
                        "if the server has no TLS, use an http URL.");
    }

    private static CliException refused(URI url, String reason, String hint) {
        return new CliException("the certificate of " + url + " is not accepted: " + reason, "", hint);
    }

    private static <T> Optional<T> first(List<Throwable> causes, Class<T> type) {
        return causes.stream().filter(type::isInstance).map(type::cast).findFirst();
    }
}
