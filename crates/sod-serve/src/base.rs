//! By which name the server is asked, and with which its own links begin.
//!
//! A page on the web can make a browser ask a server on loopback under a name of its own (DNS rebinding). It cannot
//! choose the `Host` header. So on loopback only the names of loopback are answered, and the name of
//! [`BaseUrl`]. Elsewhere a token is required, which such a page does not have.

use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri, Version, header};
use std::net::{IpAddr, SocketAddr};

/// Under which address clients know the server: for one behind a proxy.
///
/// ```
/// use sod_serve::BaseUrl;
/// assert_eq!(BaseUrl::parse("https://sod.contoso.example/").unwrap().as_str(), "https://sod.contoso.example");
/// assert!(BaseUrl::parse("sod.contoso.example").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    text: String,
    host: String,
}

/// A text that is no base address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no address that links can begin with: expected https://HOST or http://HOST:PORT, without a path"
)]
pub struct BaseUrlError(String);

impl BaseUrl {
    /// Reads an address: scheme and host, without a path.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let wrong = || BaseUrlError(text.to_owned());
        let bare = text.strip_suffix('/').unwrap_or(text);
        let rest =
            bare.strip_prefix("https://").or_else(|| bare.strip_prefix("http://")).ok_or_else(wrong)?;
        let authority: Authority = rest.parse().map_err(|_| wrong())?;
        if rest.contains('@') || authority.host().is_empty() {
            return Err(wrong());
        }
        Ok(Self { text: bare.to_owned(), host: bare_host(authority.host()).to_owned() })
    }

    /// The address, without a slash at the end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Which names are answered.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    bound: SocketAddr,
    base: Option<BaseUrl>,
}

/// Why a request is not answered under the name that it gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameError {
    /// None, several, or something that is no name.
    Malformed,
    /// The name of somebody else.
    Foreign,
}

impl Names {
    pub(crate) const fn new(bound: SocketAddr, base: Option<BaseUrl>) -> Self {
        Self { bound, base }
    }

    /// What links in the answer to this request begin with.
    pub(crate) fn base_of(
        &self,
        version: Version,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<String, NameError> {
        let authority = self.authority(version, uri, headers)?;
        if self.bound.ip().is_loopback() && !self.is_own(bare_host(authority.host())) {
            return Err(NameError::Foreign);
        }
        Ok(match &self.base {
            Some(base) => base.text.clone(),
            None => format!("http://{authority}"),
        })
    }

    fn authority(&self, version: Version, uri: &Uri, headers: &HeaderMap) -> Result<Authority, NameError> {
        // Of a target with a name in it, that name counts (RFC 9112, 3.2.2); HTTP/2 has it there always.
        if let Some(authority) = uri.authority() {
            return checked(authority.clone());
        }
        let mut given = headers.get_all(header::HOST).iter();
        match (given.next(), given.next()) {
            (Some(one), None) => {
                let authority = Authority::try_from(one.as_bytes()).map_err(|_| NameError::Malformed)?;
                checked(authority)
            }
            (None, _) if version <= Version::HTTP_10 => {
                self.bound.to_string().parse().map_err(|_| NameError::Malformed)
            }
            _ => Err(NameError::Malformed),
        }
    }

    fn is_own(&self, host: &str) -> bool {
        let named = self.base.as_ref().is_some_and(|base| base.host.eq_ignore_ascii_case(host));
        named
            || host.eq_ignore_ascii_case("localhost")
            || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
    }
}

fn checked(authority: Authority) -> Result<Authority, NameError> {
    let odd = authority.as_str().contains('@') || authority.host().is_empty();
    if odd { Err(NameError::Malformed) } else { Ok(authority) }
}

/// Without the brackets of IPv6.
fn bare_host(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base_of(names: &Names, host: &[&str], target: &str) -> Result<String, NameError> {
        let mut headers = HeaderMap::new();
        for host in host {
            headers.append(header::HOST, host.parse().unwrap());
        }
        names.base_of(Version::HTTP_11, &target.parse().unwrap(), &headers)
    }

    fn bound(text: &str, base: Option<&str>) -> Names {
        Names::new(text.parse().unwrap(), base.map(|base| BaseUrl::parse(base).unwrap()))
    }

    #[test]
    fn on_loopback_only_its_own_names_are_answered() {
        let names = bound("127.0.0.1:8000", None);
        for own in ["127.0.0.1:8000", "localhost", "LOCALHOST:1", "[::1]:8000", "127.0.0.2"] {
            assert_eq!(base_of(&names, &[own], "/"), Ok(format!("http://{own}")));
        }
        for foreign in ["evil.example", "localhost.evil.example:8000", "127.0.0.1.nip.io", "10.0.0.1"] {
            assert_eq!(base_of(&names, &[foreign], "/"), Err(NameError::Foreign), "{foreign}");
        }
        for malformed in ["", "user@localhost", "localhost:port:8000", "local host", "localhost/x"] {
            assert_eq!(base_of(&names, &[malformed], "/"), Err(NameError::Malformed), "{malformed}");
        }
        assert_eq!(base_of(&names, &[], "/"), Err(NameError::Malformed));
        assert_eq!(base_of(&names, &["localhost", "localhost"], "/"), Err(NameError::Malformed));
        assert_eq!(base_of(&names, &["localhost"], "http://evil.example/"), Err(NameError::Foreign));
        assert_eq!(
            base_of(&names, &["evil.example"], "http://localhost:8000/"),
            Ok("http://localhost:8000".to_owned())
        );
    }

    #[test]
    fn behind_a_proxy_links_begin_with_the_address_of_the_proxy() {
        let names = bound("127.0.0.1:8000", Some("https://sod.contoso.example"));
        for own in ["sod.contoso.example", "localhost:8000"] {
            assert_eq!(base_of(&names, &[own], "/"), Ok("https://sod.contoso.example".to_owned()));
        }
        assert_eq!(base_of(&names, &["evil.example"], "/"), Err(NameError::Foreign));
        assert_eq!(
            base_of(&bound("0.0.0.0:80", None), &["sod.internal"], "/"),
            Ok("http://sod.internal".to_owned())
        );
    }

    #[test]
    fn what_is_no_base_address_is_refused() {
        for wrong in
            ["", "https://", "ftp://x", "https://x/path", "https://a@b", "//x", "https://x?y", "https://x y"]
        {
            assert!(BaseUrl::parse(wrong).is_err(), "{wrong}");
        }
    }
}
