#pragma once
// Debian's OpenSSL 3.0. What its headers offer as macros only, which Swift does not import, stands here as functions.
#define OPENSSL_API_COMPAT 30000
#define OPENSSL_NO_DEPRECATED 1
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

static inline int portico_ssl_ctx_set_versions(SSL_CTX *context, int lowest, int highest) {
    return SSL_CTX_set_min_proto_version(context, lowest) && SSL_CTX_set_max_proto_version(context, highest);
}

static inline long portico_ssl_ctx_set_mode(SSL_CTX *context, long mode) {
    return SSL_CTX_set_mode(context, mode);
}

static inline long portico_ssl_ctx_set_session_cache_mode(SSL_CTX *context, long mode) {
    return SSL_CTX_set_session_cache_mode(context, mode);
}

static inline int portico_ssl_ctx_set_groups(SSL_CTX *context, const char *list) {
    return (int)SSL_CTX_set1_groups_list(context, list);
}

/// The name that the client asked for, NULL without one.
static inline const char *portico_ssl_server_name(const SSL *session) {
    return SSL_get_servername(session, TLSEXT_NAMETYPE_host_name);
}

/// The name that the server is asked for.
static inline int portico_ssl_set_server_name(SSL *session, const char *name) {
    return (int)SSL_set_tlsext_host_name(session, name);
}

/// Hands `response`, memory of OPENSSL_malloc's, over to the session as its OCSP answer.
static inline int portico_ssl_set_ocsp_response(SSL *session, unsigned char *response, long count) {
    return (int)SSL_set_tlsext_status_ocsp_resp(session, response, count);
}

static inline int portico_ssl_ctx_set_status_callback(SSL_CTX *context, int (*callback)(SSL *, void *)) {
    return (int)SSL_CTX_set_tlsext_status_cb(context, callback);
}

static inline int portico_ssl_ctx_set_ticket_callback(
    SSL_CTX *context,
    int (*callback)(SSL *, unsigned char *, unsigned char *, EVP_CIPHER_CTX *, EVP_MAC_CTX *, int)) {
    return (int)SSL_CTX_set_tlsext_ticket_key_evp_cb(context, callback);
}

static inline unsigned long portico_err_reason(unsigned long code) {
    return (unsigned long)ERR_GET_REASON(code);
}

static inline int portico_bio_should_retry(BIO *bio) {
    return BIO_should_retry(bio);
}

static inline void *portico_openssl_malloc(size_t count) {
    return OPENSSL_malloc(count);
}
