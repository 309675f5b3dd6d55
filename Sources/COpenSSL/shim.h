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
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

static inline int portico_ssl_ctx_set_versions(SSL_CTX *context, int lowest, int highest) {
    return SSL_CTX_set_min_proto_version(context, lowest) && SSL_CTX_set_max_proto_version(context, highest);
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

static inline void *portico_openssl_malloc(size_t count) {
    return OPENSSL_malloc(count);
}

/// A server that chooses by its own order (but follows a client that wants ChaCha20), neither renegotiates nor keeps
/// sessions (tickets carry them), and never builds a chain at handshake time: it was built when the files were read.
static inline void portico_ssl_ctx_set_server_options(SSL_CTX *context) {
    SSL_CTX_set_options(
        context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA | SSL_OP_NO_RENEGOTIATION |
                     SSL_OP_NO_COMPRESSION | SSL_OP_NO_SSLv3 | SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_NO_AUTO_CHAIN);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

static inline void portico_ssl_ctx_set_client_options(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_NO_AUTO_CHAIN);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

static inline STACK_OF(X509_NAME) *portico_name_list_new(void) {
    return sk_X509_NAME_new_null();
}

static inline int portico_name_list_add(STACK_OF(X509_NAME) *list, const X509 *certificate) {
    X509_NAME *name = X509_NAME_dup(X509_get_subject_name(certificate));
    if (name == NULL) return 0;
    if (sk_X509_NAME_push(list, name) > 0) return 1;
    X509_NAME_free(name);
    return 0;
}

static inline void portico_name_list_free(STACK_OF(X509_NAME) *list) {
    sk_X509_NAME_pop_free(list, X509_NAME_free);
}

/// A distinguished name as RFC 2253 writes it, but with UTF-8 as it is.
static inline int portico_x509_name_print(BIO *out, const X509_NAME *name) {
    return X509_NAME_print_ex(out, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
}

/// What a memory BIO holds; the memory stays the BIO's.
static inline long portico_bio_memory(BIO *bio, const unsigned char **start) {
    return BIO_get_mem_data(bio, start);
}
