//! What is known about an accident before anybody may move: fourteen facts, the road, who met whom.
//!
//! The JSON form is one flat object, `{"injury": "no", "road": "city", …}`; what is left out is unknown, a key or a
//! value that nobody knows is an error, because a misspelt `injury` must not read as "nobody is hurt".

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, MapAccess, Visitor},
    ser::SerializeMap,
};

/// Yes, no, or not known yet. Unknown is never no (invariant 5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ternary {
    /// It is so.
    Yes,
    /// It is not so.
    No,
    /// Nobody has said.
    #[default]
    Unknown,
}

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $variant,)* }

        impl $name {
            /// Every value, in the order the screen asks.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// The code in packs, files and text keys.
            pub fn code(self) -> &'static str {
                match self { $($name::$variant => $code,)* }
            }

            /// The value with this code.
            pub fn from_code(code: &str) -> Option<$name> {
                Self::ALL.iter().copied().find(|value| value.code() == code)
            }
        }
    };
}

codes! {
    /// A fact that can change what those involved must do (公安部令第146号 Art. 13–15, 20).
    Fact {
        /// Somebody died.
        Death = "death",
        /// Somebody is hurt.
        Injury = "injury",
        /// A driver has no valid licence, or not for this vehicle.
        NoLicence = "no_licence",
        /// Drink or drugs are suspected.
        DrinkOrDrugs = "drink_or_drugs",
        /// A school bus or passenger transport, grossly overloaded or speeding.
        BusOverloadedOrSpeeding = "bus_overloaded_or_speeding",
        /// A motor vehicle has no plate, or a fake or altered one.
        NoPlate = "no_plate",
        /// A vehicle cannot be moved by those involved.
        CannotMove = "cannot_move",
        /// One party has left.
        PartyLeft = "party_left",
        /// There is evidence that it was done on purpose.
        Intent = "intent",
        /// Dangerous goods are carried.
        DangerousGoods = "dangerous_goods",
        /// A motor vehicle has no inspection mark.
        NoInspectionMark = "no_inspection_mark",
        /// A motor vehicle has no insurance mark.
        NoInsuranceMark = "no_insurance_mark",
        /// A building, public or other facility was hit.
        HitFacility = "hit_facility",
        /// The parties disagree about what happened or who is at fault.
        Dispute = "dispute",
    }
}

codes! {
    /// Where it happened; chooses advice, never the route.
    Road {
        /// A city or country road.
        City = "city",
        /// An expressway.
        Expressway = "expressway",
        /// Off the public road; the rules apply by analogy (Art. 110).
        OffRoad = "off_road",
        /// Not known.
        Unknown = "unknown",
    }
}

codes! {
    /// Who met whom; a kind, not a risk.
    Parties {
        /// Motor vehicle and motor vehicle.
        MotorMotor = "motor_motor",
        /// Motor vehicle and non-motor vehicle.
        MotorNonMotor = "motor_non_motor",
        /// Motor vehicle and pedestrian.
        MotorPedestrian = "motor_pedestrian",
        /// Non-motor vehicles or pedestrians among themselves.
        NonMotorOnly = "non_motor_only",
        /// One vehicle alone.
        Single = "single",
        /// Not known.
        Unknown = "unknown",
    }
}

codes! {
    /// What those involved must do, from lenient to strict; the order is the strictness.
    Route {
        /// Leave first, then negotiate (Art. 19).
        LeaveFirst = "leave_first",
        /// Photograph or mark, leave at once, then negotiate (Art. 19).
        LeaveThenAgree = "leave_then_agree",
        /// Photograph or mark, move, then call 122 (Art. 14).
        MoveThenCall = "move_then_call",
        /// Protect the scene and call 122 (Art. 13).
        ProtectAndCall = "protect_and_call",
        /// Dangerous goods: call at once (Art. 15).
        CallHazmat = "call_hazmat",
    }
}

/// Everything triage is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What was answered; a fact that is not here is unknown.
    pub facts: BTreeMap<Fact, Ternary>,
    /// Where.
    pub road: Road,
    /// Who.
    pub parties: Parties,
}

impl Facts {
    /// Nothing is known yet.
    pub fn unknown() -> Facts {
        Facts { facts: BTreeMap::new(), road: Road::Unknown, parties: Parties::Unknown }
    }

    /// Every fact answered with *no*.
    pub fn harmless(parties: Parties, road: Road) -> Facts {
        Facts { facts: Fact::ALL.iter().map(|fact| (*fact, Ternary::No)).collect(), road, parties }
    }

    /// The same with one fact set.
    pub fn with(mut self, fact: Fact, value: Ternary) -> Facts {
        self.facts.insert(fact, value);
        self
    }

    /// What is known about one fact.
    pub fn get(&self, fact: Fact) -> Ternary {
        self.facts.get(&fact).copied().unwrap_or_default()
    }
}

impl Serialize for Facts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (fact, value) in &self.facts {
            map.serialize_entry(fact.code(), value)?;
        }
        map.serialize_entry("road", &self.road)?;
        map.serialize_entry("parties", &self.parties)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Facts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Facts, D::Error> {
        deserializer.deserialize_map(FlatObject)
    }
}

struct FlatObject;

impl<'de> Visitor<'de> for FlatObject {
    type Value = Facts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of facts, road and parties")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Facts, A::Error> {
        let mut facts = Facts::unknown();
        let (mut road, mut parties) = (None, None);
        while let Some(key) = map.next_key::<String>()? {
            let twice = match key.as_str() {
                "road" => road.replace(named(&key, map.next_value::<Road>())?).is_some(),
                "parties" => parties.replace(named(&key, map.next_value::<Parties>())?).is_some(),
                _ => {
                    let fact =
                        Fact::from_code(&key).ok_or_else(|| A::Error::custom(format!("unknown fact `{key}`")))?;
                    facts.facts.insert(fact, named(&key, map.next_value::<Ternary>())?).is_some()
                }
            };
            if twice {
                return Err(A::Error::custom(format!("`{key}` is given twice")));
            }
        }
        facts.road = road.unwrap_or(Road::Unknown);
        facts.parties = parties.unwrap_or(Parties::Unknown);
        Ok(facts)
    }
}

fn named<T, E: serde::de::Error>(key: &str, value: Result<T, E>) -> Result<T, E> {
    value.map_err(|error| E::custom(format!("`{key}`: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_unknown() {
        let facts: Facts = serde_json::from_str(r#"{"injury": "no", "road": "city"}"#).unwrap();
        assert_eq!(facts.get(Fact::Injury), Ternary::No);
        assert_eq!(facts.get(Fact::Death), Ternary::Unknown);
        assert_eq!((facts.road, facts.parties), (Road::City, Parties::Unknown));
        assert_eq!(serde_json::from_str::<Facts>("{}").unwrap(), Facts::unknown());
    }

    #[test]
    fn a_misspelt_fact_a_wrong_value_and_a_repetition_are_errors_that_name_the_key() {
        for (json, word) in [
            (r#"{"injurie": "no"}"#, "injurie"),
            (r#"{"injury": "maybe"}"#, "injury"),
            (r#"{"injury": "no", "injury": "yes"}"#, "injury"),
            (r#"{"road": "moon"}"#, "road"),
            (r#"{"parties": 3}"#, "parties"),
            (r#"[]"#, "object"),
        ] {
            let error = serde_json::from_str::<Facts>(json).unwrap_err().to_string();
            assert!(error.contains(word), "{json}: {error}");
        }
    }

    #[test]
    fn facts_survive_being_written_and_read() {
        let facts = Facts::harmless(Parties::Single, Road::Expressway).with(Fact::NoPlate, Ternary::Unknown);
        let text = serde_json::to_string(&facts).unwrap();
        assert_eq!(serde_json::from_str::<Facts>(&text).unwrap(), facts);
    }
}
