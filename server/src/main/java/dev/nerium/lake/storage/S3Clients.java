package dev.nerium.lake.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Map;
import org.apache.iceberg.aws.AwsClientProperties;
import org.apache.iceberg.aws.s3.S3FileIOAwsClientFactory;
import org.apache.iceberg.aws.s3.S3FileIOProperties;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Makes S3 clients as Iceberg's own factory does, which asks a store that does not answer again and again: these wait for
 * it once.
 */
public final class S3Clients implements S3FileIOAwsClientFactory {
    private static final long serialVersionUID = 1;

    /** Property with the timeout for a response of a store, in milliseconds. */
    public static final String REQUEST_TIMEOUT = "nerium.patience-ms";

    private static final int ATTEMPTS = 5;
    private static final int MOST_CONNECTIONS = 100;
    private static final BackoffStrategy PAUSE =
            BackoffStrategy.exponentialDelayHalfJitter(Duration.ofMillis(100), Duration.ofSeconds(2));

    private Map<String, String> properties = Map.of();

    @Override
    public void initialize(Map<String, String> given) {
        properties = Map.copyOf(given);
    }

    @Override
    public S3Client s3() {
        S3FileIOProperties store = new S3FileIOProperties(properties);
        AwsClientProperties client = new AwsClientProperties(properties);
        return S3Client.builder()
                .applyMutation(client::applyClientRegionConfiguration)
                .httpClientBuilder(http())
                .applyMutation(store::applyEndpointConfigurations)
                .applyMutation(store::applyServiceConfigurations)
                .applyMutation(builder -> store.applyCredentialConfigurations(client, builder))
                .applyMutation(store::applySignerConfiguration)
                .applyMutation(store::applyUserAgentConfigurations)
                .overrideConfiguration(overrides -> overrides.retryStrategy(retries()))
                .build();
    }

    @Override
    public S3AsyncClient s3Async() {
        throw new UnsupportedOperationException("nothing is read asynchronously");
    }

    private ApacheHttpClient.Builder http() {
        Duration requestTimeout = Duration.ofMillis(Long.parseLong(properties.getOrDefault(REQUEST_TIMEOUT, "10000")));
        return ApacheHttpClient.builder()
                .connectionTimeout(requestTimeout)
                .socketTimeout(requestTimeout)
                .maxConnections(MOST_CONNECTIONS);
    }

    private static RetryStrategy retries() {
        return DefaultRetryStrategy.standardStrategyBuilder()
                .useClientDefaults(false)
                .maxAttempts(ATTEMPTS)
                .backoffStrategy(PAUSE)
                .throttlingBackoffStrategy(PAUSE)
                .treatAsThrottling(S3Clients::isThrottled)
                .retryOnException(S3Clients::mayPass)
                .build();
    }

    private static boolean isThrottled(Throwable failure) {
        return failure instanceof SdkServiceException answer && answer.isThrottlingException();
    }

    private static boolean mayPass(Throwable failure) {
        return failure instanceof SdkServiceException answer
                ? answer.statusCode() >= 500 || answer.isThrottlingException()
                : StorageErrors.causes(failure).anyMatch(IOException.class::isInstance)
                        && StorageErrors.causes(failure).noneMatch(InterruptedIOException.class::isInstance);
    }
}
