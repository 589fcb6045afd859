# Where Cairn is and who may purge, for compose.yaml. default.vcl includes this file.

import directors;

probe health {
    # Asked as a visitor who came by https would, so that it also answers where the site redirects to that.
    .request =
        "GET /-/health/ HTTP/1.1"
        "Host: localhost"
        "X-Forwarded-Proto: https"
        "Connection: close";
    .interval = 2s;
    .timeout = 2s;
    .window = 4;
    .threshold = 2;
    .initial = 2;
}

backend web1 {
    .host = "web1";
    .port = "8000";
    .probe = health;
}

backend web2 {
    .host = "web2";
    .port = "8000";
    .probe = health;
}

# The network of compose.yaml. The token is asked for as well.
acl purgers {
    "172.30.7.0"/24;
}

sub vcl_init {
    new web = directors.round_robin();
    web.add_backend(web1);
    web.add_backend(web2);
}

sub vcl_recv {
    set req.backend_hint = web.backend();
}
