# A service by omniauth_openid_connect, with the options that Mavis gives it. `rackup -s webrick omniauth.ru`
# with OIDC_ISSUER, OIDC_ID, OIDC_PORT, and OIDC_SECRET or OIDC_KEY (a PEM file). / says who is here.
require "json"
require "omniauth_openid_connect"

issuer = URI(ENV.fetch("OIDC_ISSUER"))
SWD.url_builder = URI::HTTP # the tests' portal is on plain http
OpenIDConnect.http_config { |http| http.options.timeout = 20 } if ENV["OIDC_TIMEOUT"]
OmniAuth.config.logger.level = Logger::WARN
OmniAuth.config.allowed_request_methods = %i[get]
OmniAuth.config.silence_get_warning = true

key = ENV["OIDC_KEY"] && OpenSSL::PKey::RSA.new(File.read(ENV["OIDC_KEY"]))
back = "http://localhost:#{ENV.fetch("OIDC_PORT")}/auth/cis2/callback"

use Rack::Session::Cookie, key: "omniauth", secret: "made up for the tests " * 4
use OmniAuth::Builder do
  provider :openid_connect, {
    name: :cis2,
    issuer: issuer.to_s,
    discovery: true,
    response_type: :code,
    scope: %i[openid profile email nationalrbacaccess associatedorgs selectedrole],
    prompt: :login,
    uid_field: "sub",
    extra_authorize_params: { acr_values: "AAL2_OR_AAL3_ANY" },
    client_auth_method: key ? :jwt_bearer : :client_secret_post,
    client_options: {
      identifier: ENV.fetch("OIDC_ID"), redirect_uri: back, secret: ENV["OIDC_SECRET"], private_key: key,
      host: issuer.host, port: issuer.port, scheme: issuer.scheme,
    },
  }
end

run(lambda do |env|
  found = env["omniauth.auth"]
  told = found && { uid: found.uid, email: found.info.email, raw: found.extra.raw_info }
  failed = Rack::Request.new(env).params["message"]
  [failed ? 500 : 200, { "Content-Type" => "application/json" }, [JSON.generate(failed ? { failed: failed } : told)]]
end)
