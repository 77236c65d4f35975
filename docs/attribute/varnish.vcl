vcl 4.1;

# Save as /etc/varnish/attribute.vcl. In default.vcl, below the first line, write
# include "/etc/varnish/attribute.vcl";
# Subroutines of the same names there go on after these.

import std;

# The backend answered. A copy in the cache keeps the line.
sub vcl_backend_response {
    std.collect(beresp.http.Proxy-Status);
    if (beresp.was_304) {
        # The stored response has the line already.
    } elsif (beresp.http.Proxy-Status) {
        set beresp.http.Proxy-Status = beresp.http.Proxy-Status
            + ", varnish; received-status=" + beresp.status;
    } else {
        set beresp.http.Proxy-Status = "varnish; received-status=" + beresp.status;
    }
}

# It did not. VCL cannot see why; varnishlog says it in FetchError.
sub vcl_backend_error {
    set beresp.http.Proxy-Status = "varnish; error=destination_unavailable";
}

# It was not asked: return (synth(503)).
sub vcl_synth {
    set resp.http.Proxy-Status = "varnish; error=proxy_internal_response";
}
