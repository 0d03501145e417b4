//! The lines of `jingbao-gateway device …`; the work is the library's.

use std::{io::Write, path::PathBuf};

use clap::Subcommand;
use jingbao_core::{canon::PublicKey, id::DeviceId, time::Timestamp};
use jingbao_gateway::{
    desk::{self, Exit},
    store::{Device, Role},
    texts::{Lang, say},
};

/// What a clerk does with phones and desks.
#[derive(Subcommand)]
pub(crate) enum DeviceCommand {
    /// Enrol a phone or a desk; prints its token once
    Add {
        /// Folder of the gateway
        #[arg(long)]
        data: PathBuf,
        /// UUID of the device; a desk that has none is given one
        #[arg(long, required_unless_present = "desk")]
        device: Option<String>,
        /// A phone's public key: SubjectPublicKeyInfo in base64url
        #[arg(long, required_unless_present = "desk")]
        key: Option<String>,
        /// Who enrols it; for an insurer its id in the rule pack
        #[arg(long, required_unless_present = "driver", default_value = "")]
        company: String,
        /// A desk: `association` sees all, `insurer` what is its company's
        #[arg(long, num_args = 0..=1, default_missing_value = "association", value_parser = ["association", "insurer"])]
        desk: Option<String>,
        /// A driver's own phone, not a specialist's
        #[arg(long, conflicts_with_all = ["desk", "credential"])]
        driver: bool,
        /// File of the credential of the person whose phone it is
        #[arg(long, conflicts_with = "desk")]
        credential: Option<PathBuf>,
    },
    /// End a device's token
    Revoke {
        /// Folder of the gateway
        #[arg(long)]
        data: PathBuf,
        /// UUID of the device
        #[arg(long)]
        device: String,
    },
}

impl DeviceCommand {
    /// Does it. What cannot be done is said in words.
    pub(crate) fn run(self, now: Timestamp, out: &mut dyn Write) -> Result<Exit, String> {
        let id = |text: &str| text.parse::<DeviceId>().map_err(|_| say(Lang::Zh, "device-bad-id", &[]));
        let answer = match self {
            DeviceCommand::Add { data, device, key, company, desk, driver, credential } => {
                let key = key.map(PublicKey::try_from).transpose().map_err(|_| say(Lang::Zh, "device-bad-key", &[]))?;
                let role = match desk.as_deref().and_then(Role::from_code) {
                    Some(desk) => desk,
                    None if driver => Role::Driver,
                    None => Role::Specialist,
                };
                let id = match device {
                    Some(text) => id(&text)?,
                    None => desk::device::new_id(now).map_err(|error| error.to_string())?,
                };
                let device = Device { id, key, company, role };
                let token = desk::device::add(&data, &device).map_err(|error| error.to_string())?;
                if let Some(file) = credential {
                    let bound = desk::credential::bind(&data, device.id, &file, Lang::Zh);
                    if let Err(error) = bound {
                        // A phone that is to be a person's and is not gets no token either.
                        desk::device::revoke(&data, device.id).map_err(|error| error.to_string())?;
                        return Err(error.to_string());
                    }
                }
                serde_json::json!({ "token": token, "device": device.id, "role": role.code() })
            }
            DeviceCommand::Revoke { data, device } => {
                let known = desk::device::revoke(&data, id(&device)?).map_err(|error| error.to_string())?;
                serde_json::json!({ "revoked": known })
            }
        };
        writeln!(out, "{answer}").map_err(|error| error.to_string())?;
        Ok(Exit::Good)
    }
}
