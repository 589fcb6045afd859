vcl 4.1;

# Varnish in front of Cairn: the public pages of handbooks, fresh by purges.
#
#   varnishd -F -a :8080 -f /etc/cairn/default.vcl -p vcl_path=/etc/cairn \
#       -p http_gzip_support=off -s malloc,1g -T none
#
# site.vcl, found on vcl_path, says where Cairn is (a backend, or a director set up in vcl_init) and who may
# purge (acl purgers). The token that purges carry is read from the environment: CAIRN_CACHING_CDN_TOKEN.
# http_gzip_support is off because Cairn compresses, with Brotli as well: Varnish keeps one copy of a page
# for each encoding.
#
# Browsers are told `no-cache`; how long a page may be kept here stands in CDN-Cache-Control. What has no such
# header is never kept: everything of people, of members, of Django.

import std;
import xkey;

include "site.vcl";

sub vcl_recv {
    if (req.restarts == 0) {
        unset req.http.cairn-said;
        unset req.http.cairn-late;
    }
    if (req.method == "PURGE") {
        call purge_tags;
    }
    if (req.http.X-Forwarded-Proto != "https") {
        unset req.http.X-Forwarded-Proto;
    }
    call normalise_encoding;
    if (req.method != "GET" && req.method != "HEAD") {
        return (pass);
    }
    # Who has just written here is answered by Cairn, which knows how far they must be shown.
    if (req.http.Cookie ~ "(^|;)\s*cairn-at=" || req.http.Authorization) {
        return (pass);
    }
    # The site's own addresses, and files, which answer to ranges.
    if (req.url ~ "^/-/" || req.url ~ "^/[^/]+/-/media/") {
        return (pass);
    }
    if (req.http.cairn-late == "yes") {
        set req.hash_always_miss = true;
    }
    # Cookies have no part in the key: a page that may be kept is the same for everybody. They go on to Cairn
    # with a miss, since only its answer tells whether this is such a page.
    return (hash);
}

sub purge_tags {
    if (client.ip !~ purgers || !std.getenv("CAIRN_CACHING_CDN_TOKEN")
        || req.http.cairn-token != std.getenv("CAIRN_CACHING_CDN_TOKEN")) {
        return (synth(403, "Forbidden"));
    }
    if (req.http.xkey-purge) {
        set req.http.cairn-said = xkey.purge(req.http.xkey-purge);
    } elsif (req.http.xkey-softpurge) {
        set req.http.cairn-said = xkey.softpurge(req.http.xkey-softpurge);
    } else {
        return (synth(400, "No tags"));
    }
    return (synth(200, "Purged " + req.http.cairn-said));
}

sub normalise_encoding {
    if (req.http.Accept-Encoding ~ "(?i)(^|,)\s*br\s*(,|;|$)"
        && req.http.Accept-Encoding !~ "(?i)(^|,)\s*br\s*;\s*q=0(\.0*)?\s*(,|$)") {
        set req.http.Accept-Encoding = "br";
    } elsif (req.http.Accept-Encoding ~ "(?i)(^|,)\s*gzip\s*(,|;|$)"
        && req.http.Accept-Encoding !~ "(?i)(^|,)\s*gzip\s*;\s*q=0(\.0*)?\s*(,|$)") {
        set req.http.Accept-Encoding = "gzip";
    } else {
        unset req.http.Accept-Encoding;
    }
}

sub vcl_hash {
    hash_data(req.http.X-Forwarded-Proto);  # http is redirected where the site is reached by https
}

sub vcl_hit {
    set req.http.cairn-said = "hit";
    if (obj.ttl <= 0s) {
        set req.http.cairn-said = "expired";
        # Grace lasts as long as a page may be shown while Cairn is away. While it answers, the time is shorter.
        if (!req.http.cairn-late && std.healthy(req.backend_hint)
            && obj.ttl + std.duration(regsub(obj.http.CDN-Cache-Control,
                "^.*stale-while-revalidate=(\d+).*$", "\1") + "s", 0s) <= 0s) {
            set req.http.cairn-late = "yes";
            return (restart);
        }
    }
}

sub vcl_miss {
    set req.http.cairn-said = "miss";
}

sub vcl_pass {
    set req.http.cairn-said = "pass";
}

sub vcl_backend_fetch {
    unset bereq.http.cairn-said;  # cairn-late goes along: what comes back is judged by it
}

sub vcl_backend_response {
    if (bereq.uncacheable) {
        return (deliver);
    }
    if (beresp.status >= 500 && (bereq.is_bgfetch || bereq.http.cairn-late == "yes")) {
        return (abandon);  # the old one stays
    }
    if (beresp.http.Cache-Control ~ "(?i)\bno-store\b" || beresp.http.Set-Cookie) {
        return (pass(120s));  # of one person: passed on as it is
    }
    if (beresp.status != 200 || beresp.http.CDN-Cache-Control !~ "s-maxage=[1-9]"
        || beresp.http.Cache-Control ~ "(?i)\bprivate\b") {
        # For so long, those who ask at once need not wait for each other. An answer that may be kept (a page
        # that was sent while it was made, and now is whole) ends that.
        set beresp.uncacheable = true;
        set beresp.ttl = 120s;
        return (deliver);
    }
    set beresp.ttl = std.duration(
        regsub(beresp.http.CDN-Cache-Control, "^.*s-maxage=(\d+).*$", "\1") + "s", 0s);
    set beresp.grace = std.duration(
        regsub(beresp.http.CDN-Cache-Control, "^.*stale-while-revalidate=(\d+).*$", "\1") + "s", 0s);
    if (std.duration(regsub(beresp.http.CDN-Cache-Control, "^.*stale-if-error=(\d+).*$", "\1") + "s", 0s)
        > beresp.grace) {
        set beresp.grace = std.duration(
            regsub(beresp.http.CDN-Cache-Control, "^.*stale-if-error=(\d+).*$", "\1") + "s", 0s);
    }
    return (deliver);
}

sub vcl_backend_error {
    # With several backends the next one is asked before anybody is told.
    if (bereq.retries == 0 && (bereq.method == "GET" || bereq.method == "HEAD")) {
        return (retry);
    }
    if (bereq.http.cairn-late == "yes") {
        return (abandon);
    }
}

sub vcl_deliver {
    # Browsers know nothing of this: they ask again every time. The age of a copy would only confuse them.
    unset resp.http.CDN-Cache-Control;
    unset resp.http.xkey;
    unset resp.http.Age;
    unset resp.http.Via;
    unset resp.http.X-Varnish;
    if (req.http.cairn-said == "hit" || req.http.cairn-said == "expired" || !resp.http.Server-Timing) {
        set resp.http.Server-Timing = {"cdn;desc=""} + req.http.cairn-said + {"""};
    } else {
        set resp.http.Server-Timing = resp.http.Server-Timing + {", cdn;desc=""} + req.http.cairn-said + {"""};
    }
}

sub vcl_synth {
    # No probe has noticed, but Cairn cannot make this page now: the old one after all.
    if (req.http.cairn-late == "yes" && resp.status >= 500) {
        set req.http.cairn-late = "failed";
        set req.hash_always_miss = false;
        return (restart);
    }
    if (req.method == "PURGE") {
        set resp.http.Content-Type = "text/plain";
        set resp.body = resp.reason + {"
"};
        return (deliver);
    }
}
